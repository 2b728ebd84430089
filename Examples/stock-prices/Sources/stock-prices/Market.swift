import Synchronization

/// A market whose prices go up and down by chance.
final class Market: Sendable {
    /// The names of the shares: `S001` and so on.
    let symbols: [String]
    private let cents: Mutex<[String: Int]>

    init(symbols count: Int) {
        self.symbols = (1...count).map { number in
            let digits = String(number)
            return "S" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        }
        self.cents = Mutex(Dictionary(uniqueKeysWithValues: self.symbols.map { ($0, 10_000) }))
    }

    /// The price of a share; `nil` when there is none of that name.
    func price(of symbol: String) -> Price? {
        self.cents.withLock { $0[symbol] }.map { Price(symbol: symbol, cents: $0) }
    }

    /// Trades some of the shares.
    ///
    /// - Returns: The prices that have changed.
    func trade(_ count: Int) -> [Price] {
        self.cents.withLock { cents in
            self.symbols.shuffled().prefix(count).map { symbol in
                let new = max(1, (cents[symbol] ?? 0) + Int.random(in: -50...50))
                cents[symbol] = new
                return Price(symbol: symbol, cents: new)
            }
        }
    }
}

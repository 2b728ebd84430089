import Bayeux
import CometDServer
import Synchronization

/// The demo's lazy messages: prices of invented companies on `/stock/{symbol}`.
final class StockTicker: Sendable {
    /// A company and what its share costs, in cents, which unlike fractions of a dollar are exact.
    private struct Company {
        let symbol: String
        let name: String
        let opening: Int
        var price: Int
    }

    /// What subscribers get.
    struct Quote: Encodable {
        let symbol: String
        let name: String
        let price: Double
        /// How far the price is from that in the morning.
        let change: Double
        /// Milliseconds since the beginning of 1970.
        let time: Int
    }

    /// What the channels begin with.
    static let prefix = "/stock/"
    /// How long it takes until some prices change.
    static let period = Duration.milliseconds(200)
    /// How many prices change then.
    static let changesPerTick = 3
    /// How far a price moves at most, in cents.
    static let maxMove = 75
    /// How long a price may wait for others before they leave together.
    static let lazyTimeout = Duration.seconds(1)

    private static let companies = [
        Company(symbol: "BRCK", name: "Brickwell & Daughters", opening: 4_210, price: 4_210),
        Company(symbol: "CLDB", name: "Cloudberry Preserves", opening: 1_875, price: 1_875),
        Company(symbol: "FNCL", name: "Finchley Locks", opening: 9_940, price: 9_940),
        Company(symbol: "HRBR", name: "Harbour Night Ferries", opening: 6_125, price: 6_125),
        Company(symbol: "LNTN", name: "Lantern Works", opening: 3_060, price: 3_060),
        Company(symbol: "MSSY", name: "Mossyard Timber", opening: 2_480, price: 2_480),
        Company(symbol: "QLLR", name: "Quiller Paper Mills", opening: 7_715, price: 7_715),
        Company(symbol: "WNDM", name: "Windmere Turbines", opening: 12_390, price: 12_390),
    ]

    private let prices = Mutex(StockTicker.companies)
    private let channels: [ServerChannel]
    private let clock: DemoClock
    private let random: @Sendable (ClosedRange<Int>) -> Int

    /// Adds the prices to a server; they change only while somebody is subscribed.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - clock: The time of the prices.
    ///   - random: Draws which prices change, and by how much.
    /// - Throws: What making channels throws.
    static func install(
        on server: BayeuxServer,
        clock: DemoClock = .system,
        random: @escaping @Sendable (ClosedRange<Int>) -> Int = { Int.random(in: $0) }
    ) throws {
        let all = try server.channel("\(Self.prefix)*")
        all.isPersistent = true
        all.addAuthorizer(.grantSubscribe)
        let channels = try Self.companies.map { company in
            let channel = try server.channel(Self.prefix + company.symbol)
            channel.isPersistent = true
            channel.isLazy = true
            channel.lazyTimeout = Self.lazyTimeout
            return channel
        }
        let ticker = StockTicker(channels: channels, clock: clock, random: random)
        DemoTicker.install(on: server, channels: channels.map(\.id), every: Self.period) { ticker.trade() }
    }

    private init(channels: [ServerChannel], clock: DemoClock, random: @escaping @Sendable (ClosedRange<Int>) -> Int) {
        self.channels = channels
        self.clock = clock
        self.random = random
    }

    private func trade() {
        let time = self.clock.now()
        for _ in 0..<Self.changesPerTick {
            let index = self.random(0...self.channels.count - 1)
            let move = self.random(-Self.maxMove...Self.maxMove)
            let company = self.prices.withLock { companies in
                companies[index].price = max(1, companies[index].price + move)
                return companies[index]
            }
            let quote = Quote(
                symbol: company.symbol,
                name: company.name,
                price: Double(company.price) / 100,
                change: Double(company.price - company.opening) / 100,
                time: time
            )
            try? self.channels[index].publish(quote)
        }
    }
}

extension PriceModel {
    /// The screen as a line, such as `online by websocket, 87 prices, S042 at 99.50`.
    func line(with symbol: String) -> String {
        var line =
            switch self.connection {
            case .offline: "offline"
            case .connecting: "connecting"
            case .online(let connectionType): "online by \(connectionType.rawValue)"
            case .reconnecting: "reconnecting"
            }
        line += ", \(self.prices.count) prices"
        if let price = self.prices[symbol] {
            let cents = String(price.cents % 100)
            line += ", \(symbol) at \(price.cents / 100).\(cents.count < 2 ? "0" : "")\(cents)"
        }
        if let errorText = self.errorText { line += " (\(errorText))" }
        return line
    }
}

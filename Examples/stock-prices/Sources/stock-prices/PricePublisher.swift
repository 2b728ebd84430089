import CometDServer
import Logging
import ServiceLifecycle

/// Publishes prices on `/stock/{symbol}` until the application stops.
struct PricePublisher: Service {
    private let market: Market
    private let channels: [String: ServerChannel]
    private let period: Duration
    private let logger: Logger

    /// Makes the channels of all shares, which stay even when nobody listens.
    init(market: Market, on server: BayeuxServer, every period: Duration, logger: Logger) throws {
        self.market = market
        self.period = period
        self.logger = logger
        var channels: [String: ServerChannel] = [:]
        for symbol in market.symbols {
            let channel = try server.channel("/stock/\(symbol)")
            channel.isPersistent = true
            channels[symbol] = channel
        }
        self.channels = channels
    }

    func run() async throws {
        // The sleep ends with an error when the application stops, which is no error here.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.period)
                self.publish(self.market.trade(20))
            }
        }
    }

    private func publish(_ prices: [Price]) {
        for price in prices {
            do {
                try self.channels[price.symbol]?.publish(price)
            } catch {
                self.logger.error("a price is not published", metadata: ["error": "\(error)"])
            }
        }
    }
}

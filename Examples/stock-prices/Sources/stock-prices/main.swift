import CometDServer
import CometDServerNIO
import Logging
import NIOPosix
import ServiceLifecycle

// The port is the first argument. `eager` behind it sends every price at once, for comparison.
let arguments = CommandLine.arguments.dropFirst()
let port = arguments.first.flatMap { Int($0) } ?? 8080
let isEager = arguments.contains("eager")

let logger = Logger(label: "stock-prices")
let server = BayeuxServer(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
let market = Market(symbols: 100)

// Clients subscribe to prices and ask for them; they do not make them.
try server.channel("/**").addAuthorizer { $0.channel.kind == .service ? .grant : .ignore }
let allStocks = try server.channel("/stock/*")
allStocks.addAuthorizer(.grantSubscribe)
allStocks.isPersistent = true

if !isEager {
    // A price may wait for others for a second; it leaves earlier when something else is sent to the client.
    allStocks.lazyTimeout = .seconds(1)
    server.addListener(.sessionAdded { session, _ in session.addListener(.newestPriceOnly) })
}

try server.addRemoteCall("price/{symbol}") { call in
    guard let price = market.price(of: call.parameters["symbol"] ?? "") else {
        throw RemoteCallFailure("no such symbol")
    }
    return price
}

// What is started first stops last: the clients get what the publisher has published.
let services = ServiceGroup(
    services: [
        server,
        BayeuxListener(server, port: port, logger: logger),
        try PricePublisher(market: market, on: server, every: .milliseconds(100), logger: logger),
    ],
    gracefulShutdownSignals: [.sigterm, .sigint],
    logger: logger
)
try await services.run()

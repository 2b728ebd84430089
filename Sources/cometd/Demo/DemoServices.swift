import CometDServer

/// Everything that the demo's pages talk to.
enum DemoServices {
    /// Adds the services to a server.
    static func install(on server: BayeuxServer) throws {
        try EchoService.install(on: server)
        try DemoCalls.install(on: server)
        try ChatService.install(on: server)
        try StockTicker.install(on: server)
        try DemoCounter.install(on: server)
        try FileRelay.install(on: server)
    }
}

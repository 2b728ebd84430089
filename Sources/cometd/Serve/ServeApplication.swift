import CometDHummingbird
import CometDServer
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix

/// The server of `cometd serve` with all that belongs to it.
struct ServeApplication {
    /// What the command was told.
    let settings: ServeSettings
    /// Where events are logged.
    let logger: Logger

    /// Runs until a signal says stop and all sessions have been ended in order.
    ///
    /// - Throws: ``CommandFailure`` when it cannot listen.
    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: self.settings.eventLoops)
        let server = BayeuxServer(options: self.settings.server, eventLoopGroup: group, logger: self.logger)
        for installed in self.settings.extensions { installed.install(on: server) }
        if self.settings.hasDemo {
            try EchoService.install(on: server)
            try DemoCalls.install(on: server)
        }
        var application = Application(
            router: self.router(),
            server: .bayeux(server, at: self.settings.path, options: self.settings.listener),
            configuration: ApplicationConfiguration(
                address: .hostname(self.settings.host, port: self.settings.port),
                backlog: 4096
            ),
            services: [SecondSignal(logger: self.logger), server],
            onServerRunning: { channel in self.announce(channel.localAddress) },
            eventLoopGroupProvider: .shared(group),
            logger: self.logger
        )
        application.beforeServerStarts { try await server.startServices() }
        do {
            try await application.runService()
        } catch {
            throw CommandFailure.listening(at: self.settings.host, port: self.settings.port, error)
        }
        // The event loops end with the process.
        self.logger.info("stopped")
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("/health") { _, _ in "ok" }
        if self.settings.hasDemo {
            let page = StartPage(path: self.settings.path)
            router.get("/") { _, _ in page.response() }
        }
        return router
    }

    /// Tells where the server listens: one line on standard output, for people and scripts.
    @Sendable private func announce(_ address: SocketAddress?) {
        let port = address?.port ?? self.settings.port
        let host = self.settings.host.contains(":") ? "[\(self.settings.host)]" : self.settings.host
        if let ip = address?.ipAddress, !ip.hasPrefix("127."), ip != "::1" {
            self.logger.warning(
                "other machines can reach \(ip), and there is no TLS: put a proxy with TLS in front of it"
            )
        }
        print("CometD listening on http://\(host):\(port)\(self.settings.path)")
        fflush(nil)
    }
}

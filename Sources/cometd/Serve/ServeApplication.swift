import CometDHummingbird
import CometDServer
import CometDServerNIO
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The server of `cometd serve` with all that belongs to it.
struct ServeApplication {
    /// What the command was told.
    let settings: ServeSettings
    /// Where events are logged.
    let logger: Logger

    /// Runs until a signal says stop and all sessions have been ended in order.
    ///
    /// - Throws: ``CommandFailure`` when it cannot listen, or the files of TLS are bad.
    func run() async throws {
        let tls = try self.tls()
        var services: [any Service] = [SecondSignal(logger: self.logger)]
        if let tls { services.append(await CertificateRenewal(of: tls)) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: self.settings.eventLoops)
        let server = BayeuxServer(options: self.settings.server, eventLoopGroup: group, logger: self.logger)
        for installed in self.settings.extensions { installed.install(on: server) }
        if self.settings.hasDemo { try DemoServices.install(on: server) }
        var application = Application(
            router: try self.router(),
            server: .bayeux(server, at: self.settings.path, options: self.settings.listener, tls: tls),
            configuration: ApplicationConfiguration(
                address: .hostname(self.settings.host, port: self.settings.port),
                backlog: 4096
            ),
            services: services + [server],
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

    private func tls() throws(CommandFailure) -> ListenerTLS? {
        guard self.settings.isSecure else { return nil }
        do throws(TLSFileError) {
            return try ListenerTLS(self.settings.tls, logger: self.logger)
        } catch {
            throw CommandFailure(.usage, error.message.onOneLine)
        }
    }

    private func router() throws(CommandFailure) -> Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("/health") { _, _ in "ok" }
        if self.settings.hasDemo {
            let libraries = try DemoLibraries(folder: self.settings.demoLibraries)
            DemoSite(path: self.settings.path, libraries: libraries).add(to: router)
        }
        return router
    }

    /// Tells where the server listens: one line on standard output, for people and scripts.
    @Sendable private func announce(_ address: SocketAddress?) {
        let port = address?.port ?? self.settings.port
        let host = self.settings.host.contains(":") ? "[\(self.settings.host)]" : self.settings.host
        if !self.settings.isSecure, let ip = address?.ipAddress, !ip.hasPrefix("127."), ip != "::1" {
            self.logger.warning(
                "other machines can reach \(ip), and there is no TLS: see --tls-certificate, or put a proxy with TLS in front of it"
            )
        }
        print("CometD listening on \(self.settings.isSecure ? "https" : "http")://\(host):\(port)\(self.settings.path)")
        fflush(nil)
    }
}

import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import CometDServerNIO
import CometDTestKit
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A server on a free port, for clients with sockets.
struct LiveServer: Sendable {
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    let server: BayeuxServer
    let address: SocketAddress
    let isSecure: Bool

    var port: Int { self.address.port ?? 0 }

    /// The URL at a port: the server's own, or that of something before it.
    func url(port: Int? = nil) -> String {
        "\(self.isSecure ? "https" : "http")://localhost:\(port ?? self.port)/cometd"
    }

    /// Runs a server until `body` ends.
    static func running(
        port: Int = 0,
        tls: ListenerTLS? = nil,
        options: ServerOptions = .patient,
        _ prepare: (BayeuxServer) async throws -> Void = { _ in },
        _ body: (LiveServer) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = BayeuxServer(options: options, eventLoopGroup: group, logger: self.logger)
        server.addExtension(AcknowledgedMessagesExtension())
        server.addExtension(TimesyncExtension())
        try await prepare(server)
        let listener = BayeuxListener(server, host: "127.0.0.1", port: port, tls: tls, logger: self.logger)
        let services = ServiceGroup(services: [server, listener], logger: self.logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await services.run() }
            let live = LiveServer(server: server, address: try await listener.boundAddress, isSecure: tls != nil)
            do {
                try await body(live)
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

extension ClientOptions {
    /// A single transport, and short waits: tests of failures need not last.
    static func only(_ connectionType: ConnectionType) -> ClientOptions {
        var options = ClientOptions.impatient
        options.transports = [connectionType]
        return options
    }

    /// Short waits between attempts, and patience with slow machines.
    static var impatient: ClientOptions {
        var options = ClientOptions()
        options.backOff = .constant(.milliseconds(20))
        options.maxNetworkDelay = .seconds(60)
        options.webSocketMaxNetworkDelay = .seconds(60)
        return options
    }
}

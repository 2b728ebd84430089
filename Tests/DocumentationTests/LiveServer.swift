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

/// A server on a free port, for the snippets of clients.
struct LiveServer: Sendable {
    let server: BayeuxServer
    let url: String

    /// Runs a server until a function returns.
    static func running(
        _ prepare: (BayeuxServer) throws -> Void = { _ in },
        _ body: (LiveServer) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let group = MultiThreadedEventLoopGroup.singleton
        let server = BayeuxServer(options: .patient, eventLoopGroup: group, logger: logger)
        server.addExtension(AcknowledgedMessagesExtension())
        server.addExtension(TimesyncExtension())
        try prepare(server)
        let listener = BayeuxListener(server, port: 0, logger: logger)
        let services = ServiceGroup(services: [server, listener], logger: logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await services.run() }
            let port = try await listener.boundAddress.port ?? 0
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(LiveServer(server: server, url: "http://127.0.0.1:\(port)/cometd")))
            } catch {
                result = .failure(error)
            }
            await services.triggerGracefulShutdown()
            try result.get()
            try await tasks.waitForAll()
        }
    }

    /// Runs a server and a client with a session until a function returns.
    static func withClient(
        _ prepare: (BayeuxServer) throws -> Void = { _ in },
        _ body: (BayeuxClient) async throws -> Void
    ) async throws {
        try await self.running(prepare) { live in
            let client = try BayeuxClient(live.url)
            try await client.handshake()
            try await body(client)
            await client.disconnect()
        }
    }
}

/// What is said in the chats of the client's articles.
struct Line: Codable, Hashable, Sendable {
    var text: String
}

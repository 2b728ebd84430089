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

/// A server on a free port, for services on clients.
struct LiveServer: Sendable {
    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    let server: BayeuxServer
    private let port: Int

    /// Runs a server until `body` ends.
    static func running(_ body: (LiveServer) async throws -> Void) async throws {
        let server = BayeuxServer(
            options: .patient,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: self.logger
        )
        let listener = BayeuxListener(server, host: "127.0.0.1", port: 0, logger: self.logger)
        let services = ServiceGroup(services: [server, listener], logger: self.logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await services.run() }
            let result: Result<Void, any Error>
            do {
                let port = try await listener.boundAddress.port ?? 0
                result = .success(try await body(LiveServer(server: server, port: port)))
            } catch {
                result = .failure(error)
            }
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    /// A client that has not shaken hands.
    func makeClient() throws -> BayeuxClient {
        try BayeuxClient("http://127.0.0.1:\(self.port)/cometd", logger: Self.logger)
    }

    /// A client with a session.
    func connectClient() async throws -> BayeuxClient {
        let client = try self.makeClient()
        try await client.handshake()
        return client
    }
}

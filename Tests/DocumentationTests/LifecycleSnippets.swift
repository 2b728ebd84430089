import Bayeux
import CometDServer
import CometDTestKit
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing
import UnixSignals

/// The snippets of Lifecycle.md.
@Suite struct LifecycleSnippets {
    @Test func `a server is run as a service`() async throws {
        let server = BayeuxServer(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let services = ServiceGroup(
            services: [server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "app")
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
        await server.shutdown()
    }

    @Test func `draining tells clients to come back`() async throws {
        let test = TestServer()
        let server = test.server
        let socket = test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)","connectionType":"websocket"}]"#)
        await server.drain()
        test.settle()
        #expect(socket.takeMessages().first?["advice"] == #"{"interval":0,"reconnect":"retry"}"#)
        #expect(socket.closeCode == 1001)
        let refused = test.openWebSocket().exchange(#"[{"channel":"/meta/handshake","version":"1.0"}]"#).first
        #expect(refused?["error"] == "403::handshake_failed")
    }
}

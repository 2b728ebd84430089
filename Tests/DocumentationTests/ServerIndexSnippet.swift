import Bayeux
import CometDServer
import CometDTestKit
import NIOPosix
import Testing

/// The snippets of CometDServer.md.
@Suite struct ServerIndexSnippet {
    @Test func `a server in ten lines`() async throws {
        let server = BayeuxServer(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        try server.channel("/chat/**").addListener { sender, message in
            message.data?.kind == .string
        }
        server.addListener(
            .subscribed { session, channel, _ in
                print("\(session) reads \(channel.id)")
            }
        )
        try server.channel("/chat/lobby").publish("The server is up")
        await server.shutdown()
    }
}

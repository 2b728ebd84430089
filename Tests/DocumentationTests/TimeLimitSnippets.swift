import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The snippets of TimeLimits.md.
@Suite struct TimeLimitSnippets {
    @Test func `a hook that takes too long ends the session`() async throws {
        var options = ServerOptions()
        options.longPolling.common.maxProcessing = .seconds(5)
        options.callbackPolling.common.maxProcessing = .seconds(5)
        options.webSocket.common.maxProcessing = .seconds(5)
        let test = TestServer(options: options)
        let (forever, end) = AsyncStream.makeStream(of: Void.self)
        try test.server.channel("/slow").addListener { _, _ in
            for await _ in forever {}
            return true
        }
        let socket = test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.publish(id, to: "/slow", data: "1")
        #expect(socket.takeMessages().isEmpty)
        test.advance(by: .seconds(6))
        #expect(socket.takeMessages().first?["error"] == "402::Unknown client")
        #expect(test.server.sessionCount == 0)
        end.finish()
    }

    @Test func `listeners that call each other are stopped`() throws {
        var options = ServerOptions()
        options.maxPublishDepth = 4
        let test = TestServer(options: options)
        let server = test.server
        let channel = try server.channel("/echo")
        channel.addListener { _, message in
            channel.publish(message)
            return true
        }
        let socket = test.openWebSocket()
        socket.subscribe(socket.handshakeAndConnect(), to: "/echo")
        try channel.publish("again")
        test.settle()
        #expect(socket.takeMessages().count == 5)
    }
}

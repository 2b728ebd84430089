import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// Hooks that never return, on a server with a `maxProcessing` of 5 s: what is lost, and what is not.
@Suite struct HookLimitTests {
    private let test: TestServer
    private let gate = Gate()
    private let record = Record()

    init() {
        var options = ServerOptions()
        options.longPolling.common.maxProcessing = .seconds(5)
        options.webSocket.common.maxProcessing = .seconds(5)
        self.test = TestServer(options: options)
        let record = self.record
        self.test.server.addListener(.sessionRemoved { _, _, reason in record.add("\(reason)") })
    }

    private func data(_ request: TestRequest) -> [String?] { request.messages.map { $0["data"] } }

    @Test func `a session's message listener loses its message only`() async throws {
        let gate = self.gate
        let peer = LongPollingPeer(self.test)
        let session = try #require(await self.test.server.session(peer.clientID))
        session.addListener(
            .message { _, _, message in
                if message.data?.intValue == 2 { await gate.wait() }
                return true
            }
        )
        let held = peer.connect()
        session.deliver(1, on: "/a")
        self.test.settle()
        #expect(self.data(held) == ["1", nil])
        let next = peer.connect()
        session.deliver(2, on: "/a")
        session.deliver(3, on: "/a")
        self.test.advance(by: .seconds(4.9))
        #expect(next.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(self.data(next) == ["3", nil])
        self.gate.open()
        self.test.settle()
        #expect(peer.connect().status == nil)
        #expect(self.record.take() == [])
    }

    @Test func `an extension of a session loses the message to it only`() async throws {
        struct Stuck: BayeuxExtension {
            let gate: Gate
            var scope: ExtensionScope { .outgoing }
            func outgoing(
                _ message: inout BayeuxMessage,
                to session: ServerSession?,
                from sender: ServerSession?
            ) async throws -> Bool {
                if message.channel == "/stuck" { await self.gate.wait() }
                return true
            }
        }
        let peer = LongPollingPeer(self.test)
        let session = try #require(await self.test.server.session(peer.clientID))
        session.addExtension(Stuck(gate: self.gate))
        let held = peer.connect()
        session.deliver(1, on: "/stuck")
        session.deliver(2, on: "/a")
        self.test.advance(by: .seconds(5.1))
        #expect(self.data(held) == ["2", nil])
        #expect(self.record.take() == [])
    }

    @Test func `a channel's listener keeps the server's messages on that channel only, one after the other`() throws {
        let gate = self.gate
        let (stuck, free) = (try self.test.server.channel("/stuck"), try self.test.server.channel("/free"))
        stuck.addListener { _, message in
            if message.data?.intValue == 1 { await gate.wait() }
            return true
        }
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/**")
        stuck.publish(1)
        stuck.publish(2)
        free.publish(3)
        self.test.settle()
        #expect(socket.takeMessages().map { $0["data"] } == ["3"])
        self.test.advance(by: .seconds(5.1))
        #expect(socket.takeMessages().map { $0["data"] } == ["2"])
        self.gate.open()
        self.test.settle()
        #expect(socket.takeMessages().isEmpty)
        #expect(self.record.take() == [])
    }

    /// Never lets a reply to a connect go.
    private struct Stuck: BayeuxExtension {
        let gate: Gate
        var scope: ExtensionScope { .outgoingMeta }

        func outgoing(
            _ message: inout BayeuxMessage,
            to session: ServerSession?,
            from sender: ServerSession?
        ) async throws -> Bool {
            message["seen"] = 1
            if message.channel == "/meta/connect" { await self.gate.wait() }
            return true
        }
    }

    @Test func `an extension loses its say over the reply to a held connect, which leaves with the messages`() throws {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        self.test.server.addExtension(Stuck(gate: self.gate))
        let held = peer.connect(#","id":"1""#)
        try self.test.server.channel("/a").publish(1)
        self.test.advance(by: .seconds(4.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(
            held.body == #"[{"channel":"/a","data":1},{"channel":"/meta/connect","id":"1","successful":true}]"#
        )
        self.gate.open()
        self.test.settle()
        #expect(held.answerCount == 1)
        #expect(self.record.take() == [])
    }

    @Test func `an extension that keeps a reply at once ends the session whose message it is`() throws {
        let peer = LongPollingPeer(self.test)
        self.test.server.addExtension(Stuck(gate: self.gate))
        let answer = peer.connect(#","advice":{"timeout":0}"#)
        self.test.advance(by: .seconds(5.1))
        #expect(answer.messages.first?["error"] == "402::Unknown client")
        #expect(answer.messages.first?["advice"] == #"{"interval":0,"reconnect":"handshake"}"#)
        #expect(self.record.take() == ["processingTimeout"])
    }

    @Test func `without a limit a session that expires meanwhile is not kept, and its client is answered in the end`()
        throws
    {
        let test = TestServer()
        let peer = LongPollingPeer(test)
        peer.subscribe("/a")
        test.server.addExtension(Stuck(gate: self.gate))
        let held = peer.connect()
        try test.server.channel("/a").publish(1)
        test.advance(by: .seconds(20))
        #expect(test.server.sessionCount == 0)
        #expect(held.status == nil)
        self.gate.open()
        test.settle()
        #expect(held.messages.map { $0["channel"] } == ["/meta/connect"])
        #expect(held.answerCount == 1)
    }
}

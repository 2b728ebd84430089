import Bayeux
import CometDServer
import CometDTestKit
import Synchronization
import Testing

/// What goes on around a hook that waits.
@Suite struct WaitingHookTests {
    /// Waits for the gate before it allows a handshake with `ext.slow`, or a publish to `/slow`.
    private struct Slow: SecurityPolicy {
        let gate: Gate

        func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            if message.ext?["slow"] != nil { await self.gate.wait() }
            return true
        }

        func canPublish(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            if channel.name == "/slow" { await self.gate.wait() }
            return true
        }
    }

    private let test = TestServer()
    private let gate = Gate()

    init() {
        self.test.server.securityPolicy = Slow(gate: self.gate)
    }

    private func open() {
        self.gate.open()
        self.test.settle()
    }

    @Test func `a handshake whose policy takes longer than maxInterval makes a session that lives`() throws {
        let handshake = self.test.post(#"[{"channel":"/meta/handshake","ext":{"slow":1}}]"#)
        self.test.advance(by: .seconds(20))
        #expect(handshake.status == nil)
        self.open()
        let id = try #require(handshake.messages.first?["clientId"])
        let connect = self.test.post(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#, cookie: handshake.newCookie)
        #expect(connect.messages.first?["successful"] == "true")
        self.test.advance(by: .seconds(11))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a client that is disconnected while its publish waits does not publish any more`() async throws {
        let subscriber = LongPollingPeer(self.test)
        subscriber.subscribe("/slow")
        let held = subscriber.connect()
        let peer = LongPollingPeer(self.test)
        let publish = peer.publish("/slow")
        await self.test.server.session(peer.clientID)?.disconnect()
        self.open()
        #expect(publish.messages.first?["error"] == "402::Unknown client")
        #expect(held.status == nil)
    }

    @Test func `requests of a session that wait behind one beyond the limit are answered with 503`() {
        let peer = LongPollingPeer(self.test)
        let first = peer.publish("/slow")
        let waiting = (0..<64).map { _ in peer.publish("/a") }
        #expect(peer.publish("/a").status == 503)
        #expect(first.status == nil)
        self.open()
        self.test.settle()
        #expect(waiting.allSatisfy { $0.status == 200 })
    }

    @Test func `a handshake on a WebSocket lets the old session's waiting messages go on`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.send(#"[{"channel":"/meta/handshake","ext":{"slow":1},"id":"new"}]"#)
        socket.publish(id, to: "/a", data: "1")
        self.open()
        self.test.settle()
        #expect(socket.takeMessages().map { $0["channel"] } == ["/meta/handshake", "/a"])
    }

    @Test func `a connect that waited while its WebSocket broke off is not held`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.publish(id, to: "/slow", data: "1")
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)","advice":{"timeout":3600000}}]"#)
        socket.close()
        self.open()
        self.test.settle()
        self.test.advance(by: .seconds(11))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a session whose message the application keeps for longer than maxProcessing is ended`() {
        var options = ServerOptions()
        options.longPolling.common.maxProcessing = .seconds(5)
        let test = TestServer(options: options)
        test.server.securityPolicy = Slow(gate: self.gate)
        let reasons = Mutex<[ServerSession.RemovalReason]>([])
        test.server.addListener(.sessionRemoved { _, _, reason in reasons.withLock { $0.append(reason) } })
        let peer = LongPollingPeer(test)
        let other = LongPollingPeer(test)
        let slow = peer.publish("/slow")
        let behind = peer.publish("/a")
        test.advance(by: .seconds(4.9))
        #expect(behind.status == nil)
        test.advance(by: .seconds(0.2))
        #expect(behind.messages.first?["error"] == "402::Unknown client")
        #expect(reasons.withLock { $0 } == [.processingTimeout])
        #expect(other.publish("/a").messages.first?["successful"] == "true")
        self.gate.open()
        test.settle()
        #expect(slow.messages.first?["error"] == "402::Unknown client")
    }

    @Test func `the server's own messages keep their order when a listener waits`() throws {
        let gate = self.gate
        let channel = try self.test.server.channel("/a")
        channel.addListener { _, message in
            if message.data?.intValue == 0 { await gate.wait() }
            return true
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        for number in 0..<3 { channel.publish(JSONBytes(.number(JSONNumber(number)))) }
        self.open()
        #expect(peer.connect().messages.dropLast().map { $0["data"] } == ["0", "1", "2"])
    }
}

import CometDServer
import CometDTestKit
import Testing

@Suite struct WebSocketSessionTests {
    let test = TestServer()

    @Test func `messages are pushed, each in a frame of its own, and do not answer the held connect`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/a")
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#)
        #expect(socket.takeFrames().isEmpty)
        let publisher = self.test.openWebSocket()
        let publisherID = publisher.handshakeAndConnect()
        publisher.send(
            #"[{"channel":"/a","clientId":"\#(publisherID)","data":1,"id":"1"},{"channel":"/a","clientId":"\#(publisherID)","data":2,"id":"2"}]"#
        )
        #expect(socket.takeFrames() == [#"[{"channel":"/a","data":1}]"#, #"[{"channel":"/a","data":2}]"#])
        #expect(
            publisher.takeFrames() == [
                #"[{"channel":"/a","id":"1","successful":true},{"channel":"/a","id":"2","successful":true}]"#
            ]
        )
        self.test.advance(by: .seconds(30.1))
        #expect(socket.takeFrames() == [#"[{"channel":"/meta/connect","successful":true}]"#])
    }

    @Test func `the replies to one frame go together, behind the sender's own messages`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/a")
        socket.publish(id, to: "/a", data: "1")
        #expect(socket.takeFrames() == [#"[{"channel":"/a","data":1}]"#, #"[{"channel":"/a","successful":true}]"#])
    }

    @Test func `the replies to messages that came with a connect go out at once`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        let replies = socket.exchange(
            #"[{"channel":"/meta/connect","clientId":"\#(id)"},{"channel":"/b","clientId":"\#(id)"}]"#
        )
        #expect(replies.map { $0["channel"] } == ["/b"])
    }

    @Test func `nothing is pushed before the first connect`() {
        let socket = self.test.openWebSocket()
        let id = socket.exchange(#"[{"channel":"/meta/handshake"}]"#).first?["clientId"] ?? ""
        socket.subscribe(id, to: "/a")
        LongPollingPeer(self.test).publish("/a")
        #expect(socket.takeFrames().isEmpty)
        #expect(socket.exchange(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#).count == 2)
    }

    @Test func `allowMessageDeliveryDuringHandshake lets messages come with the reply to the handshake`() {
        var options = ServerOptions()
        options.webSocket.common.allowMessageDeliveryDuringHandshake = true
        let test = TestServer(options: options)
        test.server.addListener(.sessionAdded { session, _ in session.deliver(nil, on: "/welcome") })
        let messages = test.openWebSocket().exchange(#"[{"channel":"/meta/handshake"}]"#)
        #expect(messages.map { $0["channel"] } == ["/welcome", "/meta/handshake"])
    }

    @Test func `a superseded connect is never answered`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        for number in 0..<3 { socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)","id":"\#(number)"}]"#) }
        self.test.advance(by: .seconds(31))
        #expect(socket.takeMessages().map { $0["id"] } == ["2"])
    }

    @Test func `a session goes on over a new WebSocket, and the old one is closed`() {
        let old = self.test.openWebSocket()
        let id = old.handshakeAndConnect()
        old.subscribe(id, to: "/a")
        let new = self.test.openWebSocket()
        #expect(new.exchange(#"[{"channel":"/meta/connect","clientId":"\#(id)","advice":{"timeout":0}}]"#).count == 1)
        #expect(old.closeCode == 1000)
        LongPollingPeer(self.test).publish("/a")
        #expect(new.takeMessages().count == 1)
        #expect(old.takeMessages().isEmpty)
        old.close()
        LongPollingPeer(self.test).publish("/a")
        #expect(new.takeMessages().count == 1)
    }

    @Test func `a session made over HTTP goes on over a WebSocket, and its held request ends`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let held = peer.connect()
        let socket = self.test.openWebSocket()
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(peer.clientID)"}]"#)
        #expect(held.status == 200)
        LongPollingPeer(self.test).publish("/a")
        #expect(socket.takeMessages().count == 1)
    }

    @Test func `requireHandshakePerConnection keeps new WebSockets from old sessions`() {
        var options = ServerOptions()
        options.webSocket.requireHandshakePerConnection = true
        let test = TestServer(options: options)
        let id = test.openWebSocket().handshakeAndConnect()
        let reply = test.openWebSocket().exchange(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#)
        #expect(reply.first?["error"] == "402::Unknown client")
    }

    @Test func `a WebSocket that is bound refuses other sessions' ids`() {
        let socket = self.test.openWebSocket()
        _ = socket.handshakeAndConnect()
        let other = self.test.openWebSocket().handshakeAndConnect()
        #expect(socket.exchange(#"[{"channel":"/a","clientId":"\#(other)"}]"#).first?["error"] == "402::Unknown client")
    }

    @Test func `the session that a new handshake leaves behind gets nothing more this way, and expires`() {
        let socket = self.test.openWebSocket()
        let old = socket.handshakeAndConnect()
        socket.subscribe(old, to: "/a")
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(old)","advice":{"timeout":31536000000}}]"#)
        let new = socket.handshakeAndConnect()
        socket.subscribe(new, to: "/a")
        LongPollingPeer(self.test).publish("/a")
        #expect(socket.takeMessages().count == 1)
        self.test.advance(by: .seconds(11))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a handshake that names a session does not take it over`() {
        let victim = self.test.openWebSocket()
        let id = victim.handshakeAndConnect()
        let reply = self.test.openWebSocket().exchange(#"[{"channel":"/meta/handshake","clientId":"\#(id)"}]"#)
        #expect(reply.first?["successful"] == "true")
        #expect(reply.first?["clientId"] != id)
        #expect(victim.closeCode == nil)
    }

    @Test func `after its session has ended a WebSocket may go on with another`() {
        let socket = self.test.openWebSocket()
        _ = socket.handshakeAndConnect()
        self.test.advance(by: .seconds(11))
        let peer = LongPollingPeer(self.test)
        let reply = socket.exchange(#"[{"channel":"/a","clientId":"\#(peer.clientID)"}]"#)
        #expect(reply.first?["successful"] == "true")
    }

    @Test func `an open WebSocket without a connect does not keep the session`() {
        let socket = self.test.openWebSocket()
        _ = socket.handshakeAndConnect()
        self.test.advance(by: .seconds(10.1))
        #expect(self.test.server.sessionCount == 0)
        #expect(socket.closeCode == nil)
    }

    @Test func `a session whose WebSocket broke off may be resumed until it expires`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/a")
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#)
        socket.close()
        LongPollingPeer(self.test).publish("/a")
        self.test.advance(by: .seconds(9))
        let resumed = self.test.openWebSocket()
        resumed.send(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#)
        #expect(resumed.takeMessages().map { $0["channel"] } == ["/a"])
        resumed.close()
        self.test.advance(by: .seconds(10.1))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `what a peer does not read waits, and is sent when it reads again`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/a")
        socket.isReading = false
        let publisher = LongPollingPeer(self.test)
        for number in 0..<3 { publisher.publish("/a", data: "\(number)") }
        #expect(socket.takeFrames().isEmpty)
        socket.isReading = true
        #expect(socket.takeMessages().map { $0["data"] } == ["0", "1", "2"])
    }

    @Test func `a peer that never reads is cut off at the limit, and the others notice nothing`() {
        var options = ServerOptions()
        options.webSocket.common.maxQueue = 10
        let test = TestServer(options: options)
        let slow = test.openWebSocket()
        let healthy = test.openWebSocket()
        for socket in [slow, healthy] { socket.subscribe(socket.handshakeAndConnect(), to: "/a") }
        slow.isReading = false
        let publisher = LongPollingPeer(test)
        for _ in 0..<12 { publisher.publish("/a") }
        #expect(slow.closeCode == 1008)
        #expect(healthy.takeMessages().count == 12)
    }

    @Test func `a disconnect is answered and the held connect too`() {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)","id":"1"}]"#)
        let replies = socket.exchange(#"[{"channel":"/meta/disconnect","clientId":"\#(id)","id":"2"}]"#)
        #expect(replies.map { $0["id"] } == ["1", "2"])
        #expect(replies.first?["advice"] == #"{"reconnect":"none"}"#)
        #expect(socket.closeCode == nil)
    }

    @Test func `metaConnectDeliverOnly brings messages with the answers to connects`() {
        var options = ServerOptions()
        options.webSocket.common.metaConnectDeliverOnly = true
        let test = TestServer(options: options)
        let socket = test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/a")
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#)
        LongPollingPeer(test).publish("/a")
        #expect(socket.takeMessages().map { $0["channel"] } == ["/a", "/meta/connect"])
    }
}

import CometDServer
import CometDTestKit
import Testing

@Suite struct ConnectTests {
    let test = TestServer()

    @Test func `the first connect is answered at once and the second is held`() {
        let peer = LongPollingPeer(self.test, connects: false)
        let first = peer.connect(#","id":"2""#)
        #expect(first.body == #"[{"channel":"/meta/connect","id":"2","successful":true}]"#)
        #expect(peer.connect().status == nil)
    }

    @Test func `a held connect is answered by its timeout, empty`() {
        let peer = LongPollingPeer(self.test)
        let held = peer.connect()
        self.test.advance(by: .milliseconds(29_900))
        #expect(held.status == nil)
        self.test.advance(by: .milliseconds(200))
        #expect(held.body == #"[{"channel":"/meta/connect","successful":true}]"#)
    }

    @Test func `a delivery answers the held connect, messages first`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/news")
        let held = peer.connect(#","id":"9""#)
        let publisher = LongPollingPeer(self.test)
        publisher.publish("/news", data: #"{"n":1.10}"#)
        #expect(
            held.body
                == #"[{"channel":"/news","data":{"n":1.10}},{"channel":"/meta/connect","id":"9","successful":true}]"#
        )
        #expect(held.answerCount == 1)
    }

    @Test(arguments: [
        (#"{"timeout":0}"#, 0), (#"{"timeout":1000}"#, 1000), (#"{"timeout":-1}"#, 30_000), ("null", 30_000),
    ])
    func `the client's timeout counts for that one connect`(advice: String, milliseconds: Int) {
        let peer = LongPollingPeer(self.test)
        let held = peer.connect(#","advice":\#(advice)"#)
        if milliseconds == 0 {
            #expect(held.messages.first?["advice"] != nil)
            return
        }
        self.test.advance(by: .milliseconds(milliseconds - 10))
        #expect(held.status == nil)
        self.test.advance(by: .milliseconds(40))
        #expect(held.status == 200)
    }

    @Test(arguments: [#""x""#, "5", "[]", #"{"timeout":"0"}"#, #"{"timeout":1e400}"#, #"{"timeout":{}}"#])
    func `an advice of the wrong type is ignored`(advice: String) {
        let peer = LongPollingPeer(self.test)
        #expect(peer.connect(#","advice":\#(advice)"#).status == nil)
    }

    @Test func `a connect that comes with other messages is not held over HTTP`() {
        let peer = LongPollingPeer(self.test)
        let request = peer.send(
            #"{"channel":"/meta/connect","clientId":"\#(peer.clientID)"},{"channel":"/a","clientId":"\#(peer.clientID)"}"#
        )
        #expect(request.messages.count == 2)
    }

    @Test func `another connect ends the held one with status 500`() {
        let peer = LongPollingPeer(self.test)
        let first = peer.connect()
        let second = peer.connect()
        #expect(first.status == 500)
        #expect(second.status == nil)
        #expect(first.answerCount == 1)
    }

    @Test func `the status for a superseded connect can be chosen`() {
        var options = ServerOptions()
        options.longPolling.duplicateMetaConnectHttpResponseCode = 408
        let peer = LongPollingPeer(TestServer(options: options))
        let first = peer.connect()
        peer.connect()
        #expect(first.status == 408)
    }

    @Test func `the session expires when the client does not come back`() {
        let peer = LongPollingPeer(self.test)
        peer.connect()
        self.test.advance(by: .seconds(30.1))
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .seconds(10))
        #expect(self.test.server.sessionCount == 0)
        let late = peer.connect()
        #expect(late.messages.first?["error"] == "402::Unknown client")
        #expect(late.messages.first?["advice"] == #"{"interval":0,"reconnect":"handshake"}"#)
    }

    @Test func `other messages postpone the expiry`() {
        let peer = LongPollingPeer(self.test)
        for _ in 0..<3 {
            self.test.advance(by: .seconds(9))
            peer.publish("/a")
        }
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .seconds(10.1))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a held connect whose client goes away lets the session expire`() {
        let peer = LongPollingPeer(self.test)
        let held = peer.connect()
        held.abort()
        self.test.advance(by: .seconds(10.1))
        #expect(self.test.server.sessionCount == 0)
        #expect(held.status == nil)
    }

    @Test func `after its client went away the next connect is held`() {
        let peer = LongPollingPeer(self.test)
        peer.connect().abort()
        #expect(peer.connect().status == nil)
    }

    @Test func `a large answer suspends the expiry until it is written or has failed`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let held = peer.connect()
        LongPollingPeer(self.test).publish("/a", data: "\"\(String(repeating: "x", count: 60_000))\"")
        #expect(held.status == 200)
        self.test.advance(by: .seconds(30))
        #expect(self.test.server.sessionCount == 1)
        held.endWriting()
        self.test.advance(by: .seconds(9.9))
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .seconds(0.3))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a large answer whose outcome never comes does not keep the session for ever`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        peer.connect()
        LongPollingPeer(self.test).publish("/a", data: "\"\(String(repeating: "x", count: 60_000))\"")
        self.test.advance(by: .seconds(75))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a disconnect ends the session and answers the held connect with the advice to stay away`() {
        let peer = LongPollingPeer(self.test)
        let held = peer.connect()
        let disconnect = peer.send(#"{"channel":"/meta/disconnect","clientId":"\#(peer.clientID)","id":"7"}"#)
        #expect(disconnect.body == #"[{"channel":"/meta/disconnect","id":"7","successful":true}]"#)
        #expect(held.messages.first?["advice"] == #"{"reconnect":"none"}"#)
        #expect(held.messages.first?["successful"] == "true")
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `handshakeReconnect puts maxInterval into the advice`() {
        var options = ServerOptions()
        options.longPolling.common.handshakeReconnect = true
        let reply = TestServer(options: options).post(#"[{"channel":"/meta/handshake"}]"#).messages.first
        #expect(reply?["advice"] == #"{"interval":0,"timeout":30000,"maxInterval":10000,"reconnect":"retry"}"#)
    }

    @Test func `draining answers held connects with the advice to come back and ends all sessions`() async {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let held = peer.connect()
        let socket = self.test.openWebSocket()
        _ = socket.handshakeAndConnect()
        await self.test.server.drain()
        #expect(held.messages.first?["successful"] == "true")
        #expect(held.messages.first?["advice"]?.contains(#""reconnect":"retry""#) == true)
        #expect(socket.closeCode == 1001)
        #expect(self.test.server.sessionCount == 0)
        #expect(self.test.post(#"[{"channel":"/meta/handshake"}]"#).messages.first?["successful"] == "false")
    }
}

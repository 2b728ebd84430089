import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct PublishTests {
    let test = TestServer()

    @Test func `a delivered message is all that was published, without clientId and id`() {
        let subscriber = LongPollingPeer(self.test)
        subscriber.subscribe("/a")
        let held = subscriber.connect()
        let publisher = LongPollingPeer(self.test)
        let reply = publisher.send(
            #" { "id" : "x1" , "channel":"/a", "mine" : [1.10, 12345678901234567890] , "clientId":"\#(publisher.clientID)" ,"data":null, "ext":{"a":1} } "#
        )

        #expect(reply.body == #"[{"channel":"/a","id":"x1","successful":true}]"#)
        #expect(
            held.messages.first?.description
                == #"{"channel":"/a", "mine" : [1.10, 12345678901234567890],"data":null, "ext":{"a":1}}"#
        )
    }

    @Test(arguments: [
        #"{"clientId":"ID","channel":"/a","id":"1"}"#, #"{"channel":"/a","clientId":"ID","id":"1"}"#,
        #"{"id":"1","clientId":"ID","channel":"/a"}"#, #"{"id":"1","channel":"/a","clientId":"ID"}"#,
        #"{"channel":"/a","client\u0049d":"ID","i\u0064":"1"}"#, #"{"clientId":"x","channel":"/a","clientId":"ID"}"#,
    ])
    func `wherever they stand and however they are written, clientId and id are not delivered`(message: String) {
        let subscriber = LongPollingPeer(self.test)
        subscriber.subscribe("/a")
        let held = subscriber.connect()
        let publisher = LongPollingPeer(self.test)
        publisher.send(message.replacing("ID", with: publisher.clientID))
        #expect(held.messages.first?.description == #"{"channel":"/a"}"#)
    }

    @Test(arguments: ["/a/*", "/a/**", "/**", "/a/b", "/a/b/"])
    func `a message reaches the subscribers of the channel and of matching patterns`(pattern: String) {
        let subscriber = LongPollingPeer(self.test)
        subscriber.subscribe(pattern)
        let held = subscriber.connect()
        LongPollingPeer(self.test).publish("/a/b")
        #expect(held.messages.first?["channel"] == "/a/b")
    }

    @Test(arguments: ["/a", "/a/b/c", "/b", "/a/b/*", "/a/b/**", "/*"])
    func `a message does not reach the subscribers of others`(pattern: String) {
        let subscriber = LongPollingPeer(self.test)
        subscriber.subscribe(pattern)
        let held = subscriber.connect()
        LongPollingPeer(self.test).publish("/a/b")
        #expect(held.status == nil)
    }

    @Test func `overlapping subscriptions deliver once`() {
        let subscriber = LongPollingPeer(self.test)
        for pattern in ["/a/b", "/a/*", "/a/**", "/**"] { subscriber.subscribe(pattern) }
        let held = subscriber.connect()
        LongPollingPeer(self.test).publish("/a/b")
        #expect(held.messages.count == 2)
    }

    @Test func `a publisher that subscribes gets its own message with the reply`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let reply = peer.publish("/a", data: "7")
        #expect(reply.body == #"[{"channel":"/a","data":7},{"channel":"/a","successful":true}]"#)
    }

    @Test func `broadcastToPublisher can be switched off for the server and on for a channel`() throws {
        var options = ServerOptions()
        options.broadcastToPublisher = false
        let test = TestServer(options: options)
        let peer = LongPollingPeer(test)
        let other = LongPollingPeer(test)
        for peer in [peer, other] { peer.subscribe("/a") }
        let held = other.connect()
        #expect(peer.publish("/a").messages.count == 1)
        #expect(held.messages.count == 2)
        try test.server.channel("/a").broadcastsToPublisher = true
        #expect(peer.publish("/a").messages.count == 2)
    }

    @Test func `the messages of one publisher keep their order`() {
        let subscriber = LongPollingPeer(self.test)
        subscriber.subscribe("/a/*")
        let publisher = LongPollingPeer(self.test)
        for number in 0..<50 { publisher.publish("/a/\(number % 3)", data: "\(number)") }
        let numbers = subscriber.connect().messages.dropLast().map { $0["data"] }
        #expect(numbers == (0..<50).map { "\($0)" })
    }

    @Test func `after unsubscribing nothing arrives, and doing it again is fine`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        for _ in 0..<2 {
            let reply = peer.send(
                #"{"channel":"/meta/unsubscribe","clientId":"\#(peer.clientID)","subscription":"/a"}"#
            )
            #expect(reply.messages.first?["successful"] == "true")
        }
        #expect(peer.publish("/a").messages.count == 1)
    }

    @Test func `a subscriber that is gone leaves the others their places`() {
        let peers = (0..<5).map { _ in LongPollingPeer(self.test) }
        for peer in peers { peer.subscribe("/a") }
        let held = peers.map { $0.connect() }
        peers[1].send(#"{"channel":"/meta/disconnect","clientId":"\#(peers[1].clientID)"}"#)
        peers[4].send(#"{"channel":"/meta/unsubscribe","clientId":"\#(peers[4].clientID)","subscription":"/a"}"#)
        LongPollingPeer(self.test).publish("/a")
        #expect(held.map { $0.messages.count } == [2, 1, 2, 2, 0])
    }

    @Test func `the server publishes to subscribers and delivers to one session`() async throws {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        var held = peer.connect()
        try self.test.server.channel("/a").publish(try #"{"from":"server"}"#.json)
        self.test.settle()
        #expect(held.messages.first?["data"] == #"{"from":"server"}"#)
        held = peer.connect()
        let session = try #require(await self.test.server.session(peer.clientID))
        session.deliver(try "42".json, on: "/private")
        self.test.settle()
        #expect(held.messages.first?.description == #"{"channel":"/private","data":42}"#)
    }

    @Test func `a message to a service reaches nobody but listeners`() throws {
        let peer = LongPollingPeer(self.test)
        #expect(peer.subscribe("/service/**").messages.first?["successful"] == "true")
        #expect(peer.publish("/service/a").messages.count == 1)
    }

    @Test func `callback-polling brings messages with connects only`() throws {
        let handshake = self.test.post(#"[{"channel":"/meta/handshake"}]"#, over: .callbackPolling)
        let id = try #require(handshake.messages.first?["clientId"])
        func send(_ message: String) -> TestRequest {
            self.test.post("[\(message)]", cookie: handshake.newCookie, over: .callbackPolling)
        }
        _ = send(#"{"channel":"/meta/connect","clientId":"\#(id)"}"#)
        _ = send(#"{"channel":"/meta/subscribe","clientId":"\#(id)","subscription":"/a"}"#)
        #expect(send(#"{"channel":"/a","clientId":"\#(id)"}"#).messages.count == 1)
        #expect(send(#"{"channel":"/meta/connect","clientId":"\#(id)"}"#).messages.count == 2)
    }

    @Test func `unused channels are swept and used ones stay`() throws {
        let peer = LongPollingPeer(self.test)
        peer.publish("/unused")
        peer.subscribe("/used")
        try self.test.server.channel("/persistent").isPersistent = true
        try self.test.server.channel("/listened").addListener { _, _ in true }
        #expect(self.test.server.channelNames.contains("/unused"))
        for _ in 0..<5 {
            self.test.advance(by: .seconds(1))
            peer.connect(#","advice":{"timeout":0}"#)
        }
        let names = self.test.server.channelNames
        #expect(!names.contains("/unused"))
        for name in ["/used", "/persistent", "/listened", "/meta/connect"] { #expect(names.contains(name)) }
        #expect(peer.publish("/unused").messages.first?["successful"] == "true")
    }

    @Test func `channels beyond the limit are refused`() {
        var options = ServerOptions()
        options.maxChannels = 6
        let peer = LongPollingPeer(TestServer(options: options))
        #expect(peer.publish("/one").messages.first?["successful"] == "true")
        #expect(peer.publish("/two").messages.first?["error"] == "403:too_many_channels:create denied")
        #expect(peer.subscribe("/two").messages.first?["error"] == "403:too_many_channels:create_denied")
    }

    @Test func `subscriptions beyond the limit are refused`() {
        var options = ServerOptions()
        options.maxSubscriptionsPerSession = 1
        let peer = LongPollingPeer(TestServer(options: options))
        peer.subscribe("/one")
        #expect(peer.subscribe("/two").messages.first?["error"] == "403::subscribe_failed")
    }

    @Test func `a session whose messages take too much room is ended`() {
        var options = ServerOptions()
        options.longPolling.common.maxQueueBytes = 1000
        let test = TestServer(options: options)
        let peer = LongPollingPeer(test)
        let publisher = LongPollingPeer(test)
        peer.subscribe("/a")
        for _ in 0..<20 { publisher.publish("/a", data: "\"\(String(repeating: "x", count: 100))\"") }
        #expect(test.server.sessionCount == 1)
        #expect(peer.connect().messages.first?["error"] == "402::Unknown client")
    }

    @Test func `metaConnectDeliverOnly keeps messages for replies to connects`() {
        var options = ServerOptions()
        options.longPolling.common.metaConnectDeliverOnly = true
        let peer = LongPollingPeer(TestServer(options: options))
        peer.subscribe("/a")
        #expect(peer.publish("/a").messages.count == 1)
        #expect(peer.connect().messages.count == 2)
    }
}

extension String {
    /// The JSON that the text is, for tests that know that it is.
    var json: JSONBytes { get throws { try JSONBytes(self) } }
}

import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import Synchronization
import Testing

@Suite struct ActivityExtensionTests {
    let test = TestServer()

    /// Connects again and again, without doing anything else.
    ///
    /// - Returns: The replies, up to one that ends the session.
    private func connects(_ peer: LongPollingPeer, for duration: Duration) -> [TestMessage] {
        var replies: [TestMessage] = []
        let end = self.test.now + TimeAmount(duration)
        while self.test.now < end {
            let connect = peer.connect()
            self.test.advance(by: .seconds(30))
            self.test.advance(by: .milliseconds(20))
            replies += connect.messages
            if connect.messages.last?.json["advice"]?["reconnect"]?.stringValue == "none" { break }
        }
        return replies
    }

    @Test func `a client that only connects is told to stay away, when the period is over`() {
        self.test.server.addExtension(ActivityExtension(.client, maxInactivityPeriod: .seconds(100)))
        let replies = self.connects(LongPollingPeer(self.test), for: .seconds(300))
        #expect(replies.count == 4)
        #expect(replies.last?["successful"] == "true")
        #expect(replies.last?["advice"] == #"{"reconnect":"none"}"#)
        #expect(replies.dropLast().allSatisfy { $0.json["advice"]?["reconnect"]?.stringValue != "none" })
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `whatever else a client sends keeps its session`() {
        self.test.server.addExtension(ActivityExtension(.client, maxInactivityPeriod: .seconds(100)))
        let peer = LongPollingPeer(self.test)
        for channel in ["/a", "/service/a", "/meta/unknown"] {
            #expect(self.connects(peer, for: .seconds(60)).count == 2)
            peer.publish(channel)
            #expect(self.connects(peer, for: .seconds(60)).count == 2)
            peer.subscribe(channel)
        }
        #expect(self.test.server.sessionCount == 1)
    }

    @Test func `what the server sends counts only when it shall`() async throws {
        for (activity, remains) in [(ActivityExtension.Activity.client, false), (.clientServer, true)] {
            let test = TestServer()
            test.server.addExtension(ActivityExtension(activity, maxInactivityPeriod: .seconds(100)))
            let peer = LongPollingPeer(test)
            peer.subscribe("/news")
            let news = try test.server.channel("/news")
            for round in 0..<6 {
                peer.connect()
                test.advance(by: .seconds(25))
                let session = await test.server.session(peer.clientID)
                // Both a broadcast and a delivery.
                if round % 2 == 0 {
                    news.publish(try JSONBytes("1"))
                } else {
                    session?.deliver(try JSONBytes("1"), on: "/b")
                }
                test.settle()
            }
            #expect((test.server.sessionCount == 1) == remains)
        }
    }

    @Test func `a single session may be watched`() async throws {
        let idle = LongPollingPeer(self.test)
        let other = LongPollingPeer(self.test)
        let session = try #require(await self.test.server.session(idle.clientID))
        session.addExtension(ActivityExtension(.client, maxInactivityPeriod: .seconds(10)))
        for _ in 0..<3 {
            idle.connect()
            other.connect()
            self.test.advance(by: .seconds(31))
        }
        #expect(self.test.server.sessionCount == 1)
        #expect(await self.test.server.session(other.clientID) != nil)
    }

    @Test func `messages that wait leave with the reply that ends the session`() async throws {
        self.test.server.addExtension(ActivityExtension(.client, maxInactivityPeriod: .seconds(5)))
        let peer = LongPollingPeer(self.test)
        let connect = peer.connect()
        self.test.advance(by: .seconds(6))
        try #require(await self.test.server.session(peer.clientID)).deliver(JSONBytes("1"), on: "/a")
        self.test.settle()
        #expect(connect.messages.map { $0["channel"] } == ["/a", "/meta/connect"])
        #expect(connect.messages.last?["advice"] == #"{"reconnect":"none"}"#)
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `over a WebSocket it is the same`() {
        self.test.server.addExtension(ActivityExtension(.client, maxInactivityPeriod: .seconds(20)))
        let socket = self.test.openWebSocket()
        let clientID = socket.handshakeAndConnect()
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(clientID)","connectionType":"websocket"}]"#)
        self.test.advance(by: .seconds(30.1))
        #expect(socket.takeMessages().last?["advice"] == #"{"reconnect":"none"}"#)
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `nothing is ended any more when the extension has been removed`() {
        let token = self.test.server.addExtension(ActivityExtension(.client, maxInactivityPeriod: .seconds(100)))
        let peer = LongPollingPeer(self.test)
        #expect(self.connects(peer, for: .seconds(60)).count == 2)
        self.test.server.removeExtension(token)
        #expect(self.connects(peer, for: .seconds(300)).count == 10)
        #expect(self.test.server.sessionCount == 1)
    }

    @Test func `what is kept of a session ends with it`() async throws {
        weak var kept: ServerSession?
        self.test.server.addExtension(ActivityExtension(.clientServer, maxInactivityPeriod: .seconds(1000)))
        do {
            let peer = LongPollingPeer(self.test)
            kept = await self.test.server.session(peer.clientID)
            #expect(kept != nil)
            peer.send(#"{"channel":"/meta/disconnect","clientId":"\#(peer.clientID)"}"#)
        }
        self.test.advance(by: .seconds(20))
        #expect(kept == nil)
    }
}

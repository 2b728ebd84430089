import Bayeux
import CometDServer
import CometDTestKit
import Synchronization
import Testing

/// What an application sets on a single session.
@Suite struct SessionSettingsTests {
    private let test = TestServer()

    private func session(_ peer: LongPollingPeer) async throws -> ServerSession {
        try #require(await self.test.server.session(peer.clientID))
    }

    @Test func `nothing is set at first`() async throws {
        let session = try await self.session(LongPollingPeer(self.test))
        #expect(session.timeout == nil && session.interval == nil && session.maxInterval == nil)
        #expect(session.broadcastsToPublisher == nil)
        #expect(!session.isLocal)
        #expect(session.userAgent == "TestKit")
        #expect(session.attributes.names == [])
    }

    @Test func `attributes are kept with the session, by name and type`() async throws {
        let peer = LongPollingPeer(self.test)
        let session = try await self.session(peer)
        session.attributes["user"] = "me"
        session.attributes["age"] = 3
        let again = try await self.session(peer)
        #expect(again === session)
        #expect(again.attributes["user", as: String.self] == "me")
        #expect(again.attributes["age", as: String.self] == nil)
        #expect(again.attributes["nobody"] == nil)
        session.attributes["user"] = nil
        #expect(again.attributes.names == ["age"])
    }

    @Test func `a timeout is told with the next reply to a connect, once, and kept to`() async throws {
        let peer = LongPollingPeer(self.test)
        let session = try await self.session(peer)
        session.timeout = .seconds(5)
        let held = peer.connect()
        self.test.advance(by: .seconds(4.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(held.messages.first?["advice"] == #"{"interval":0,"timeout":5000,"reconnect":"retry"}"#)
        let next = peer.connect()
        self.test.advance(by: .seconds(5.1))
        #expect(next.status == 200)
        #expect(next.messages.first?["advice"] == nil)
        session.timeout = nil
        let last = peer.connect()
        self.test.advance(by: .seconds(29.9))
        #expect(last.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(last.messages.first?["advice"] == #"{"interval":0,"timeout":30000,"reconnect":"retry"}"#)
    }

    @Test(arguments: [.zero, .seconds(-1)] as [Duration])
    func `without a timeout no connect is held`(timeout: Duration) async throws {
        let peer = LongPollingPeer(self.test)
        try await self.session(peer).timeout = timeout
        #expect(peer.connect().status == 200)
    }

    @Test func `the client's own timeout goes first`() async throws {
        let peer = LongPollingPeer(self.test)
        try await self.session(peer).timeout = .seconds(5)
        let held = peer.connect(#","advice":{"timeout":1000}"#)
        self.test.advance(by: .seconds(1.1))
        #expect(held.status == 200)
    }

    @Test func `an interval is told and makes the session live longer`() async throws {
        let peer = LongPollingPeer(self.test)
        try await self.session(peer).interval = .seconds(7)
        let reply = peer.connect(#","advice":{"timeout":0}"#).messages.first
        #expect(reply?["advice"] == #"{"interval":7000,"timeout":30000,"reconnect":"retry"}"#)
        self.test.advance(by: .seconds(16.9))
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .seconds(0.2))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test(arguments: [2, 60])
    func `a maxInterval counts from when it is set, and after each connect`(seconds: Int) async throws {
        let peer = LongPollingPeer(self.test)
        self.test.advance(by: .seconds(5))
        try await self.session(peer).maxInterval = .seconds(seconds)
        self.test.advance(by: .seconds(Double(seconds) - 0.1))
        #expect(self.test.server.sessionCount == 1)
        peer.connect(#","advice":{"timeout":0}"#)
        self.test.advance(by: .seconds(Double(seconds) - 0.1))
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .seconds(0.2))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a maxInterval that is set while a connect is held counts from its end`() async throws {
        let peer = LongPollingPeer(self.test)
        let held = peer.connect()
        try await self.session(peer).maxInterval = .seconds(2)
        self.test.advance(by: .seconds(29))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(1.1))
        #expect(held.status == 200)
        self.test.advance(by: .seconds(1.8))
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .seconds(0.4))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test(arguments: [.seconds(Int64.max), .seconds(-1_000_000)] as [Duration])
    func `times beyond all measure do no harm`(time: Duration) async throws {
        let peer = LongPollingPeer(self.test)
        let session = try await self.session(peer)
        session.maxInterval = time
        session.interval = time
        session.timeout = time
        let request = peer.connect()
        self.test.advance(by: .seconds(100))
        #expect((request.status == nil) == (time > .zero))
        #expect(self.test.server.sessionCount == (time > .zero ? 1 : 0))
    }

    @Test func `what is set on a session that has ended does no harm`() async throws {
        let peer = LongPollingPeer(self.test)
        let session = try await self.session(peer)
        session.disconnect()
        session.timeout = .seconds(1)
        session.maxInterval = .seconds(1)
        session.startBatch()
        session.endBatch()
        session.deliver(1, on: "/a")
        #expect(await !session.deliverConfirmed(BayeuxMessage(channel: "/a")))
        #expect(await session.subscriptions() == [])
        session.disconnect()
        #expect(self.test.server.sessionCount == 0)
    }
}

// MARK: - Its life

extension SessionSettingsTests {
    @Test func `a session is handshook, then connected, then neither`() async throws {
        let peer = LongPollingPeer(self.test, connects: false)
        let session = try await self.session(peer)
        #expect(session.isHandshook && !session.isConnected)
        peer.publish("/a")
        #expect(!session.isConnected)
        peer.connect()
        #expect(session.isHandshook && session.isConnected)
        session.disconnect()
        #expect(!session.isHandshook && !session.isConnected)
        #expect(await self.test.server.session(peer.clientID) == nil)
    }

    @Test func `a session that expires is neither handshook nor connected`() async throws {
        let session = try await self.session(LongPollingPeer(self.test))
        self.test.advance(by: .seconds(10.1))
        #expect(!session.isHandshook && !session.isConnected)
    }

    @Test func `a disconnect by the application answers the held connect with the advice to stay away`() async throws {
        let peer = LongPollingPeer(self.test)
        let session = try await self.session(peer)
        let held = peer.connect()
        session.disconnect()
        #expect(held.messages.map { $0["advice"] } == [#"{"reconnect":"none"}"#])
        #expect(held.answerCount == 1)
        #expect(peer.connect().messages.first?["error"] == "402::Unknown client")
    }

    @Test func `its subscriptions are those that it has now`() async throws {
        let peer = LongPollingPeer(self.test)
        let session = try await self.session(peer)
        #expect(await session.subscriptions() == [])
        for channel in ["/a", "/b/*", "/service/c", "/a"] { peer.subscribe(channel) }
        #expect(await session.subscriptions().map(\.name).sorted() == ["/a", "/b/*"])
        peer.send(#"{"channel":"/meta/unsubscribe","clientId":"\#(peer.clientID)","subscription":"/a"}"#)
        #expect(await session.subscriptions().map(\.name) == ["/b/*"])
    }

    /// Sets something before a session begins.
    private struct Setting: SecurityPolicy {
        let change: @Sendable (ServerSession) -> Void

        func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            self.change(session)
            return true
        }
    }

    /// Ways to set something at the very beginning.
    enum Moment: CaseIterable { case policy, listener }

    private func atTheBeginning(_ moment: Moment, _ change: @escaping @Sendable (ServerSession) -> Void) {
        switch moment {
        case .policy: self.test.server.securityPolicy = Setting(change: change)
        case .listener: self.test.server.addListener(.sessionAdded { session, _ in change(session) })
        }
    }

    @Test(arguments: Moment.allCases)
    func `what is set at the beginning is told with the handshake and counts at once`(moment: Moment) async throws {
        self.atTheBeginning(moment) { session in
            session.timeout = .seconds(5)
            session.interval = .seconds(1)
            session.maxInterval = .seconds(20)
            session.attributes["user"] = "me"
        }
        let reply = self.test.post(#"[{"channel":"/meta/handshake"}]"#).messages.first
        #expect(reply?["advice"] == #"{"interval":1000,"timeout":5000,"reconnect":"retry"}"#)
        let session = try #require(await self.test.server.session(reply?["clientId"] ?? ""))
        #expect(session.attributes["user", as: String.self] == "me")
        self.test.advance(by: .seconds(20.9))
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .seconds(0.2))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test(arguments: Moment.allCases)
    func `listeners and extensions that are added at the beginning miss nothing`(moment: Moment) {
        let record = Record()
        self.atTheBeginning(moment) { session in
            session.addListener(.removed { _, reason in record.add("\(reason)") })
            session.addListener(
                .message { _, _, message in
                    record.add(message.channel ?? "")
                    return true
                }
            )
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        peer.publish("/a")
        self.test.advance(by: .seconds(10.1))
        #expect(record.take() == ["/a", "expired"])
    }

    @Test func `what is done to a session before it begins, but for its settings, is ignored`() {
        self.atTheBeginning(.policy) { session in
            session.deliver(1, on: "/early")
            session.startBatch()
            session.disconnect()
        }
        let peer = LongPollingPeer(self.test, connects: false)
        #expect(peer.connect().messages.map { $0["successful"] } == ["true"])
        peer.subscribe("/a")
        let held = peer.connect()
        LongPollingPeer(self.test).publish("/a")
        #expect(held.messages.count == 2)
    }

    @Test func `what sessionAdded delivers comes with the first connect`() {
        self.test.server.addListener(.sessionAdded { session, _ in session.deliver(1, on: "/welcome") })
        let peer = LongPollingPeer(self.test, connects: false)
        #expect(peer.connect().messages.map { $0["channel"] } == ["/welcome", "/meta/connect"])
    }

    @Test func `a session that sessionAdded disconnects is over before it began`() {
        self.test.server.addListener(.sessionAdded { session, _ in session.disconnect() })
        let peer = LongPollingPeer(self.test, connects: false)
        #expect(self.test.server.sessionCount == 0)
        #expect(peer.connect().messages.first?["error"] == "402::Unknown client")
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        #expect(
            socket.exchange(#"[{"channel":"/a","clientId":"\#(id)"}]"#).map { $0["error"] } == ["402::Unknown client"]
        )
        #expect(self.test.server.sessionCount == 0)
    }
}

// MARK: - Its own messages

extension SessionSettingsTests {
    @Test(arguments: [true, false, nil] as [Bool?], [true, false, nil] as [Bool?])
    func `whether a publisher gets its own message is said by the channel, then the session, then the server`(
        channel: Bool?,
        session: Bool?
    ) async throws {
        for server in [true, false] {
            var options = ServerOptions()
            options.broadcastToPublisher = server
            let test = TestServer(options: options)
            try test.server.channel("/a").broadcastsToPublisher = channel
            // A pattern has no say about it.
            try test.server.channel("/*").broadcastsToPublisher = !server
            let (peer, other) = (LongPollingPeer(test), LongPollingPeer(test))
            try #require(await test.server.session(peer.clientID)).broadcastsToPublisher = session
            for subscriber in [peer, other] {
                subscriber.subscribe("/a")
                subscriber.subscribe("/*")
            }
            let held = other.connect()
            let expected = channel ?? session ?? server
            #expect(peer.publish("/a").messages.count == (expected ? 2 : 1))
            #expect(held.messages.count == 2)
        }
    }
}

import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Listeners that act on what they are told of while it is still under way.
@Suite struct ReentrancyTests {
    private let test = TestServer()

    /// Ends whatever session a heartbeat listener is told of.
    private static let ending = ServerSession.Listener.released { session, _ in session.disconnect() }

    private func data(_ request: TestRequest) -> [String] { request.messages.compactMap { $0["data"] } }

    @Test func `a message that a delivery provokes neither overtakes nor doubles the delivered one`() async throws {
        let first = LongPollingPeer(self.test)
        let provoker = LongPollingPeer(self.test)
        let last = LongPollingPeer(self.test)
        for peer in [first, provoker, last] { peer.subscribe("/a/*") }
        first.subscribe("/a/b")
        provoker.subscribe("/a/c")
        let reaction = try self.test.server.channel("/a/c")
        try #require(await self.test.server.session(provoker.clientID)).addListener(
            .message { _, _, message in
                if message.channel == "/a/b" { reaction.publish(2) }
                return true
            }
        )
        try self.test.server.channel("/a/b").publish(1)
        self.test.settle()
        #expect(self.data(first.connect()) == ["1", "2"])
        #expect(self.data(last.connect()) == ["1", "2"])
        #expect(self.data(provoker.connect()) == ["1", "2"])
    }

    @Test func `a connect is answered although the one who hears of its end ends the session`() async throws {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        try #require(await self.test.server.session(id)).addListener(Self.ending)
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)","id":"held"}]"#)
        self.test.advance(by: .seconds(31))
        #expect(socket.takeMessages().map { $0["id"] } == ["held"])
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a connect that ends the session by ending another connect is answered`() async throws {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        try #require(await self.test.server.session(id)).addListener(Self.ending)
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)","id":"held"}]"#)
        let replies = socket.exchange(#"[{"channel":"/meta/connect","clientId":"\#(id)","id":"other"}]"#)
        #expect(replies.map { $0["error"] } == ["402::Unknown client"])
        #expect(socket.endedBatches == 4)
    }

    @Test func `a connect whose acknowledgement ends the session is answered`() {
        self.test.server.addExtension(
            AcknowledgedMessagesExtension(batchAcknowledged: { session, _ in session.disconnect() })
        )
        let socket = self.test.openWebSocket()
        let id = socket.exchange(#"[{"channel":"/meta/handshake","ext":{"ack":true}}]"#).first?["clientId"] ?? ""
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)","ext":{"ack":-1}}]"#)
        let replies = socket.exchange(#"[{"channel":"/meta/connect","clientId":"\#(id)","ext":{"ack":1}}]"#)
        #expect(replies.map { $0["error"] } == ["402::Unknown client"])
    }

    @Test(arguments: [true, false])
    func `a lazy message is not kept for a session that its overflow has ended`(isHooked: Bool) async throws {
        var options = ServerOptions()
        options.longPolling.common.maxQueue = 1
        let test = TestServer(options: options)
        do {
            let peer = LongPollingPeer(test)
            let session = try #require(await test.server.session(peer.clientID))
            if isHooked { session.addListener(.queued { _, _, _ in }) }
            session.addListener(
                .queueMaxed { session, _ in
                    session.disconnect()
                    return .keep
                }
            )
            for number in 1...2 {
                var message = BayeuxMessage(channel: "/a", data: JSONBytes(.number(JSONNumber(number))))
                message.isLazy = true
                session.deliver(message)
            }
        }
        test.settle()
        test.advance(by: .seconds(20))
        #expect(test.server.sessionCount == 0)
    }

    @Test func `what holds on to its own listener may remove it at its end`() throws {
        final class Owner: Sendable {
            let remove = Mutex<(@Sendable () -> Void)?>(nil)
            deinit { self.remove.withLock { $0 }?() }
        }
        let server = self.test.server
        let channel = try server.channel("/a")
        func add(_ body: (Owner) -> (@Sendable () -> Void)) -> @Sendable () -> Void {
            let owner = Owner()
            let remove = body(owner)
            owner.remove.withLock { $0 = remove }
            return remove
        }
        add { owner in
            let token = channel.addListener(.subscribed { _, _ in _ = owner })
            return { channel.removeListener(token) }
        }()
        add { owner in
            let token = server.addListener(.channelAdded { _ in _ = owner })
            return { [weak server] in server?.removeListener(token) }
        }()
        add { owner in
            channel.attributes["owner"] = owner
            return { channel.attributes["owner"] = nil }
        }()
        #expect(channel.attributes.names.isEmpty)
    }

    @Test func `a local session whose queue is looked at is stopped when it publishes in a loop`() async throws {
        let calls = Log()
        let session = try await self.test.server.makeLocalSession("loop")
        let channel = try self.test.server.channel("/loop")
        session.serverSession.addListener(.dequeued { _, _ in })
        try await session.subscribe(to: "/loop") { message in
            calls.add("call")
            if calls.entries.count < 100 { channel.publish(message.data) }
        }
        channel.publish(1)
        self.test.settle()
        #expect(calls.entries.count == 17)
    }
}

/// Local sessions at their end, and where they must not follow a client.
@Suite struct LocalSessionEndTests {
    private let test = TestServer()

    @Test(.timeLimit(.minutes(1))) func `the messages of a local session end with it`() async throws {
        let session = try await self.test.server.makeLocalSession("x")
        let messages = try await session.messages(on: "/a")
        try self.test.server.channel("/a").publish(1)
        self.test.settle()
        await session.disconnect()
        self.test.settle()
        var numbers: [Int?] = []
        for await message in messages { numbers.append(message.data?.intValue) }
        #expect(numbers == [1])
    }

    @Test func `a local session gets its messages although it asks for acknowledgement`() async throws {
        self.test.server.addExtension(AcknowledgedMessagesExtension())
        let session = try await self.test.server.makeLocalSession("x", ext: ["ack": true])
        let log = Log()
        try await session.subscribe(to: "/a") { _ in log.add("message") }
        try self.test.server.channel("/a").publish(1)
        self.test.settle()
        #expect(log.entries == ["message"])
    }

    @Test(arguments: ["/meta/disconnect", "/meta/handshake", "/meta/handshake/"])
    func `publishing to a meta channel does not act on the local session`(channel: String) async throws {
        let session = try await self.test.server.makeLocalSession("x")
        await #expect(throws: RequestFailure.self) { try await session.publish(1, to: channel) }
        #expect(session.serverSession.isHandshook)
        #expect(self.test.server.sessionCount == 1)
    }

    @Test(.timeLimit(.minutes(1))) func `a call fails when the server is released`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var server: BayeuxServer? = BayeuxServer(options: .patient, eventLoopGroup: group)
        let session = try #require(try await server?.makeLocalSession("x"))
        let called = AsyncStream<Void>.makeStream()
        try server?.channel("/service/nobody").addListener { _, _ in
            called.continuation.yield()
            return true
        }
        let call = Task { try await session.call("nobody", with: nil, timeout: .seconds(3600)) }
        for await _ in called.stream { break }
        server = nil
        await #expect(throws: RequestFailure.self) { try await call.value }
        try await group.shutdownGracefully()
    }
}

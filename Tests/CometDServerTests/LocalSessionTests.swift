import Bayeux
import CometDServer
import CometDTestKit
import Synchronization
import Testing

@Suite struct LocalSessionTests {
    let test = TestServer()

    @Test func `a local session publishes to clients and hears what they publish`() async throws {
        let session = try await self.test.server.makeLocalSession("news")
        #expect(session.id.hasPrefix("news_"))
        #expect(session.serverSession.isLocal && session.serverSession.isConnected)
        let log = Log()
        try await session.subscribe(to: "/a/*") { message in
            log.add("\(message.channel ?? "") \(message.data.map { String(describing: $0) } ?? "")")
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/b")
        peer.publish("/a/1", data: #""x""#)
        #expect(log.entries == [#"/a/1 "x""#])
        let held = peer.connect()
        try await session.publish("hello", to: "/b")
        self.test.settle()
        #expect(held.messages.first?["data"] == "hello")
    }

    @Test func `the security policy is asked about it, and refusals are thrown`() async throws {
        struct Strict: SecurityPolicy {
            func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
                message.ext?["key"] != nil && session.isLocal
            }
            func canSubscribe(
                to channel: ChannelID,
                session: ServerSession,
                message: BayeuxMessage
            ) async throws -> Bool { channel.name != "/secret" }
            func canPublish(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool
            {
                channel.name != "/secret"
            }
        }
        self.test.server.securityPolicy = Strict()
        await #expect(throws: RequestFailure.self) { try await self.test.server.makeLocalSession("x") }
        let session = try await self.test.server.makeLocalSession("x", ext: ["key": 1])
        let refusal = await #expect(throws: RequestFailure.self) { try await session.subscribe(to: "/secret") { _ in } }
        #expect(refusal?.error == "403:denied_by_security_policy:subscribe_denied")
        await #expect(throws: RequestFailure.self) { try await session.publish(1, to: "/secret") }
        try await session.publish(1, to: "/open")
    }

    @Test func `it never expires, and its end is told`() async throws {
        let session = try await self.test.server.makeLocalSession("x")
        let reasons = Mutex<[ServerSession.RemovalReason]>([])
        self.test.server.addListener(.sessionRemoved { _, _, reason in reasons.withLock { $0.append(reason) } })
        self.test.advance(by: .seconds(86400))
        #expect(session.serverSession.isConnected)
        await session.disconnect()
        #expect(reasons.withLock { $0 } == [.disconnected])
        await #expect(throws: RequestFailure.self) { try await session.publish(1, to: "/a") }
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a client cannot act as a local session, even knowing its id`() async throws {
        let session = try await self.test.server.makeLocalSession("x")
        let reply = self.test.post(#"[{"channel":"/a","clientId":"\#(session.id)","data":1}]"#)
        #expect(reply.messages.first?["error"] == "402::Unknown client")
        let socket = self.test.openWebSocket()
        #expect(
            socket.exchange(#"[{"channel":"/a","clientId":"\#(session.id)","data":1}]"#).first?["error"]
                == "402::Unknown client"
        )
        #expect(await self.test.server.session(session.id) == session.serverSession)
    }

    @Test func `unsubscribing ends it, when nobody else of the session listens`() async throws {
        let session = try await self.test.server.makeLocalSession("x")
        let log = Log()
        let one = try await session.subscribe(to: "/a") { _ in log.add("one") }
        let two = try await session.subscribe(to: "/a") { _ in log.add("two") }
        let channel = try self.test.server.channel("/a")
        channel.publish(1)
        self.test.settle()
        try await session.unsubscribe(one)
        channel.publish(1)
        self.test.settle()
        #expect(log.entries == ["one", "two", "two"])
        #expect(await channel.subscribers().count == 1)
        try await session.unsubscribe(two)
        #expect(await channel.subscribers().isEmpty)
    }

    @Test func `what a handler throws is logged, and the next message comes`() async throws {
        let session = try await self.test.server.makeLocalSession("x")
        let log = Log()
        try await session.subscribe(to: "/a") { message in
            log.add("\(message.data?.intValue ?? 0)")
            throw CancellationError()
        }
        let channel = try self.test.server.channel("/a")
        for number in 1...3 { channel.publish(JSONBytes(.number(JSONNumber(number)))) }
        self.test.settle()
        #expect(log.entries == ["1", "2", "3"])
    }

    @Test func `messages as a sequence are bounded, and its end unsubscribes`() async throws {
        let session = try await self.test.server.makeLocalSession("x")
        let channel = try self.test.server.channel("/a")
        do {
            let messages = try await session.messages(on: "/a", buffering: 2)
            for number in 1...5 { channel.publish(JSONBytes(.number(JSONNumber(number)))) }
            self.test.settle()
            #expect(messages.droppedCount == 3)
            var iterator = messages.makeAsyncIterator()
            #expect(await iterator.next()?.data?.intValue == 1)
            #expect(await iterator.next()?.data?.intValue == 2)
            #expect(await channel.subscribers().count == 1)
        }
        self.test.settle()
        #expect(await channel.subscribers().isEmpty)
    }

    @Test func `a message on what is no channel holds up none behind it`() async throws {
        let session = try await self.test.server.makeLocalSession("x")
        let log = Log()
        try await session.addListener(for: "/service/x") { _ in log.add("private") }
        session.serverSession.batch {
            session.serverSession.deliver(nil, on: "no channel")
            session.serverSession.deliver(nil, on: "/service/x")
        }
        self.test.settle()
        #expect(log.entries == ["private"])
    }

    @Test func `it hears what is delivered to it alone`() async throws {
        let session = try await self.test.server.makeLocalSession("x")
        let log = Log()
        try await session.addListener(for: "/service/x") { _ in log.add("private") }
        session.serverSession.deliver(1, on: "/service/x")
        self.test.settle()
        #expect(log.entries == ["private"])
    }
}

/// What has happened, in order.
final class Log: Sendable {
    private let all = Mutex<[String]>([])

    var entries: [String] { self.all.withLock { $0 } }

    func add(_ entry: String) { self.all.withLock { $0.append(entry) } }
}

/// Listeners that publish what calls them.
@Suite struct PublishDepthTests {
    let test = TestServer()

    @Test func `a listener that publishes to its own channel is stopped`() throws {
        let calls = Log()
        let channel = try self.test.server.channel("/loop")
        channel.addListener { _, message in
            calls.add("call")
            channel.publish(message.data)
            return true
        }
        let peer = LongPollingPeer(self.test)
        #expect(peer.publish("/loop").messages.first?["successful"] == "true")
        self.test.settle()
        // The client's message, and what is published at the depths 1 to 16.
        #expect(calls.entries.count == 17)
        #expect(peer.publish("/other").messages.first?["successful"] == "true")
    }

    @Test func `two listeners that publish to each other are stopped`() throws {
        let calls = Log()
        let (one, two) = (try self.test.server.channel("/one"), try self.test.server.channel("/two"))
        one.addListener { _, message in
            calls.add("one")
            two.publish(message.data)
            return true
        }
        two.addListener { _, message in
            calls.add("two")
            one.publish(message.data)
            return true
        }
        one.publish(1)
        self.test.settle()
        #expect(calls.entries.count == 17)
    }

    @Test func `a local session that publishes to what it is subscribed to is stopped`() async throws {
        var options = ServerOptions()
        options.maxPublishDepth = 4
        let test = TestServer(options: options)
        let session = try await test.server.makeLocalSession("x")
        let calls = Log()
        let failures = Log()
        try await session.subscribe(to: "/loop") { message in
            calls.add("call")
            do {
                try await session.publish(message.data, to: "/loop")
            } catch let failure as RequestFailure {
                failures.add(failure.error)
            }
        }
        LongPollingPeer(test).publish("/loop")
        for _ in 0..<10 { test.settle() }
        #expect(calls.entries.count == 5)
        #expect(failures.entries == ["403:published_too_deep:publish denied"])
    }

    @Test func `a chain that ends is not stopped`() throws {
        let peer = LongPollingPeer(self.test)
        for number in 0..<10 {
            let next = try self.test.server.channel("/chain/\(number + 1)")
            try self.test.server.channel("/chain/\(number)").addListener { _, message in
                next.publish(message.data)
                return true
            }
        }
        peer.subscribe("/chain/10")
        #expect(peer.publish("/chain/0").messages.first?["channel"] == "/chain/10")
    }
}

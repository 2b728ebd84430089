import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct ExtensionTests {
    let test = TestServer()

    /// Notes what it sees, and writes its name into what leaves.
    private struct Recorder: BayeuxExtension {
        var name = "server"
        var scope = ExtensionScope.all
        let log: Log

        func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
            self.log.add("\(self.name) in \(message.channel ?? "")")
            return true
        }

        func outgoing(
            _ message: inout BayeuxMessage,
            to session: ServerSession?,
            from sender: ServerSession?
        ) async throws -> Bool {
            let kind = message.isSuccessful != nil ? "reply" : session == nil ? "broadcast" : "delivery"
            self.log.add("\(self.name) out \(kind) \(message.channel ?? "")\(sender == nil ? "" : " sent")")
            message["by"] = JSONBytes(.string(self.name))
            return message.data?.stringValue != "drop"
        }
    }

    @Test func `the reply to a held connect passes the extensions`() {
        let log = Log()
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        self.test.server.addExtension(Recorder(log: log))
        let held = peer.connect()
        #expect(log.entries == ["server in /meta/connect"])
        self.test.advance(by: .seconds(30.1))
        #expect(held.messages.map { $0["by"] } == ["server"])
        #expect(log.entries.last == "server out reply /meta/connect")
        let second = peer.connect()
        LongPollingPeer(self.test).publish("/a")
        self.test.settle()
        #expect(second.messages.map { $0["channel"] } == ["/a", "/meta/connect"])
        #expect(second.messages.map { $0["by"] } == ["server", "server"])
    }

    @Test func `a delivery to one session passes the server's extensions, then its own`() async throws {
        let log = Log()
        let peer = LongPollingPeer(self.test)
        let session = try #require(await self.test.server.session(peer.clientID))
        self.test.server.addExtension(Recorder(scope: [.outgoing], log: log))
        session.addExtension(Recorder(name: "own", scope: [.outgoing], log: log))
        try session.deliver("keep", on: "/service/x")
        try session.deliver("drop", on: "/service/x")
        self.test.settle()
        #expect(
            log.entries == [
                "server out delivery /service/x", "own out delivery /service/x", "server out delivery /service/x",
            ]
        )
        let messages = peer.connect().messages
        #expect(messages.map { $0["by"] } == ["own", nil])
    }

    @Test func `a session's extension sees broadcasts for that session only, with their sender`() async throws {
        let log = Log()
        let (one, two) = (LongPollingPeer(self.test), LongPollingPeer(self.test))
        one.subscribe("/a")
        two.subscribe("/a")
        let session = try #require(await self.test.server.session(one.clientID))
        let token = session.addExtension(Recorder(name: "own", log: log))
        two.publish("/a")
        self.test.settle()
        #expect(log.entries == ["own out delivery /a sent"])
        #expect(one.connect().messages.first?["by"] == "own")
        session.removeExtension(token)
        two.publish("/a")
        self.test.settle()
        #expect(one.connect().messages.first?["by"] == nil)
    }

    @Test func `an extension sees the messages of its scope only`() {
        let log = Log()
        self.test.server.addExtension(Recorder(scope: [.incomingMeta], log: log))
        let peer = LongPollingPeer(self.test)
        peer.publish("/a")
        #expect(log.entries == ["server in /meta/handshake", "server in /meta/connect"])
    }

    @Test func `one that wants messages with ext only gets those, and the replies to them`() {
        let log = Log()
        self.test.server.addExtension(Recorder(scope: [.incoming, .outgoing, .onlyWithExt], log: log))
        let peer = LongPollingPeer(self.test)
        peer.publish("/a")
        peer.publish("/a", more: #","ext":{"x":1}"#)
        #expect(log.entries == ["server in /a", "server out broadcast /a sent", "server out reply /a"])
    }

    @Test func `a reply knows the request it answers, held or not`() {
        struct Echo: BayeuxExtension {
            func outgoing(
                _ message: inout BayeuxMessage,
                to session: ServerSession?,
                from sender: ServerSession?
            ) async throws -> Bool {
                message["asked"] = message.request?.ext
                return true
            }
        }
        let peer = LongPollingPeer(self.test)
        self.test.server.addExtension(Echo())
        #expect(peer.publish("/a", more: #","ext":{"x":1}"#).messages.first?["asked"] == #"{"x":1}"#)
        let held = peer.connect(#","ext":{"y":2}"#)
        #expect(held.status == nil)
        self.test.advance(by: .seconds(30.1))
        #expect(held.messages.first?["asked"] == #"{"y":2}"#)
    }

    @Test func `messages know the request that brought them`() throws {
        let log = Log()
        try self.test.server.channel("/a").addListener { _, message in
            log.add(message.context?.headers("user-agent").first ?? "none")
            log.add(message.connectionType?.rawValue ?? "none")
            return true
        }
        LongPollingPeer(self.test).publish("/a")
        try self.test.server.channel("/a").publish(1)
        self.test.settle()
        #expect(log.entries == ["TestKit", "long-polling", "none", "none"])
    }

    private struct Stuck: BayeuxExtension {
        let channel: String

        func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
            if message.channel == self.channel { await forever() }
            return true
        }

        func outgoing(
            _ message: inout BayeuxMessage,
            to session: ServerSession?,
            from sender: ServerSession?
        ) async throws -> Bool {
            if message.channel == self.channel { await forever() }
            return true
        }
    }

    @Test(arguments: ["/meta/subscribe", "/a"])
    func `one that never answers ends its session at maxProcessing, and harms nobody else`(channel: String) {
        var options = ServerOptions()
        options.longPolling.common.maxProcessing = .seconds(5)
        let test = TestServer(options: options)
        let (peer, other) = (LongPollingPeer(test), LongPollingPeer(test))
        test.server.addExtension(Stuck(channel: channel))
        let stuck = channel == "/a" ? peer.publish("/a") : peer.subscribe("/a")
        #expect(other.publish("/b").messages.first?["successful"] == "true")
        test.advance(by: .seconds(5.1))
        #expect(stuck.messages.first?["error"] == "402::Unknown client")
        #expect(stuck.answerCount == 1)
        #expect(test.server.sessionCount == 1)
    }

    @Test func `a listener that never returns ends its session at maxProcessing, and harms nobody else`() throws {
        var options = ServerOptions()
        options.longPolling.common.maxProcessing = .seconds(5)
        let test = TestServer(options: options)
        let (peer, other) = (LongPollingPeer(test), LongPollingPeer(test))
        try test.server.channel("/stuck").addListener { _, _ in
            await forever()
            return true
        }
        let stuck = peer.publish("/stuck")
        test.advance(by: .seconds(5.1))
        #expect(stuck.messages.first?["error"] == "402::Unknown client")
        #expect(other.publish("/a").messages.first?["successful"] == "true")
    }
}

@Suite struct EventStreamTests {
    let test = TestServer()

    @Test func `sessions, channels and subscriptions are told as sequences`() async throws {
        let sessions = self.test.server.sessionEvents()
        let channels = self.test.server.channelEvents()
        let subscriptions = self.test.server.subscriptionEvents()
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        await self.test.server.session(peer.clientID)?.disconnect()
        var (session, channel, subscription) = (
            sessions.makeAsyncIterator(), channels.makeAsyncIterator(), subscriptions.makeAsyncIterator()
        )
        guard case .added(let added)? = await session.next() else { throw Unexpected() }
        #expect(added.id == peer.clientID)
        guard case .removed(_, .disconnected)? = await session.next() else { throw Unexpected() }
        guard case .added(let made)? = await channel.next() else { throw Unexpected() }
        #expect(made.id.name == "/a")
        guard case .subscribed(_, let joined)? = await subscription.next() else { throw Unexpected() }
        #expect(joined === made)
        guard case .unsubscribed? = await subscription.next() else { throw Unexpected() }
    }

    @Test func `a sequence that nobody takes drops and counts what is too much`() throws {
        let channel = try self.test.server.channel("/a")
        let messages = channel.messages(buffering: 3)
        for _ in 0..<10 { channel.publish(1) }
        self.test.settle()
        #expect(messages.droppedCount == 7)
    }

    @Test func `sequences end with the server, behind what it has to tell`() async throws {
        let sessions = self.test.server.sessionEvents()
        let messages = try self.test.server.channel("/a").messages()
        _ = LongPollingPeer(self.test)
        await self.test.server.drain()
        var reasons: [ServerSession.RemovalReason] = []
        for await event in sessions {
            if case .removed(_, let reason) = event { reasons.append(reason) }
        }
        #expect(reasons == [.shutdown])
        for await _ in messages { Issue.record("nothing was published") }
    }

    @Test func `a channel whose sequence is released may be swept`() throws {
        var messages: EventStream<BayeuxMessage>? = try self.test.server.channel("/a").messages()
        self.test.advance(by: .seconds(5))
        #expect(self.test.server.channelNames.contains("/a"))
        _ = messages
        messages = nil
        self.test.advance(by: .seconds(5))
        #expect(!self.test.server.channelNames.contains("/a"))
    }

    private struct Unexpected: Error {}
}

import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// What the listeners of one session are told, and may do.
@Suite struct SessionListenerTests {
    private let test = TestServer()
    private let record = Record()
    private let peer: LongPollingPeer

    init() {
        self.peer = LongPollingPeer(self.test)
        self.peer.subscribe("/a")
    }

    private var session: ServerSession {
        get async throws { try #require(await self.test.server.session(self.peer.clientID)) }
    }

    private func publish(_ numbers: ClosedRange<Int>) throws {
        let channel = try self.test.server.channel("/a")
        for number in numbers { channel.publish(JSONBytes(.number(JSONNumber(number)))) }
        self.test.settle()
    }

    /// The payloads that the next connect brings.
    private func data() -> [String?] {
        self.peer.connect(#","advice":{"timeout":0}"#).messages.dropLast().map { $0["data"] }
    }

    @Test func `removed is told once, with the reason, when the session has left its channels`() async throws {
        let (record, server) = (self.record, self.test.server)
        let session = try await self.session
        session.addListener(.removed { session, reason in record.add("\(reason) \(session.isHandshook)") })
        server.addListener(.unsubscribed { _, channel, _ in record.add("left \(channel.id)") })
        session.disconnect()
        session.disconnect()
        self.test.advance(by: .seconds(11))
        #expect(self.record.take() == ["left /a", "disconnected false"])
    }

    @Test func `message sees what comes, with its sender, and may drop it`() async throws {
        let record = self.record
        try await self.session.addListener(
            .message { session, sender, message in
                record.add("\(session.id) \(sender?.id ?? "server") \(message.data?.intValue ?? 0)")
                return message.data?.intValue != 2
            }
        )
        try self.publish(1...3)
        let publisher = LongPollingPeer(self.test)
        publisher.publish("/a", data: "4")
        let id = self.peer.clientID
        #expect(
            self.record.take() == [
                "\(id) server 1", "\(id) server 2", "\(id) server 3", "\(id) \(publisher.clientID) 4",
            ]
        )
        #expect(self.data() == ["1", "3", "4"])
    }

    @Test func `message sees what local sessions deliver, with their sessions`() async throws {
        let record = self.record
        let local = try await self.test.server.makeLocalSession("service")
        try await self.session.addListener(
            .message { _, sender, _ in
                record.add("\(sender == local.serverSession)")
                return true
            }
        )
        try await self.session.deliver(1, on: "/private", from: local)
        self.test.settle()
        #expect(self.record.take() == ["true"])
    }

    @Test func `while a message listener waits later messages for the session wait, in order, and nobody else's`()
        async throws
    {
        let gate = Gate()
        let session = try await self.session
        session.addListener(
            .message { _, _, message in
                if message.data?.intValue == 1 { await gate.wait() }
                return true
            }
        )
        let other = LongPollingPeer(self.test)
        other.subscribe("/a")
        let (held, others) = (self.peer.connect(), other.connect())
        try self.publish(1...2)
        session.deliver(3, on: "/private")
        self.test.settle()
        #expect(held.status == nil)
        #expect(others.messages.count == 3)
        gate.open()
        self.test.settle()
        #expect(held.messages.dropLast().map { $0["data"] } == ["1", "2", "3"])
    }

    @Test func `a message listener that throws has no say`() async throws {
        let session = try await self.session
        session.addListener(.message { _, _, _ in throw CancellationError() })
        session.addListener(.message { _, _, message in message.data?.intValue != 2 })
        try self.publish(1...3)
        #expect(self.data() == ["1", "3"])
    }

    @Test func `a message listener that is added while another waits sees what comes behind`() async throws {
        let (gate, record) = (Gate(), self.record)
        let session = try await self.session
        let token = session.addListener(
            .message { _, _, _ in
                await gate.wait()
                return true
            }
        )
        try self.publish(1...2)
        session.removeListener(token)
        session.addListener(
            .message { _, _, message in
                record.add("\(message.data?.intValue ?? 0)")
                return true
            }
        )
        gate.open()
        self.test.settle()
        #expect(self.record.take() == ["2"])
        #expect(self.data() == ["1", "2"])
    }

    @Test func `messages that wait for a listener when the session ends are dropped, and it is told so`() async throws {
        let gate = Gate()
        let session = try await self.session
        session.addListener(
            .message { _, _, _ in
                await gate.wait()
                return true
            }
        )
        let held = self.peer.connect()
        try self.publish(1...2)
        session.disconnect()
        gate.open()
        self.test.settle()
        #expect(held.messages.map { $0["channel"] } == ["/meta/connect"])
        #expect(held.answerCount == 1)
    }

    @Test func `queued is told of what has been queued, not of what was dropped`() async throws {
        var options = ServerOptions()
        options.longPolling.common.maxQueue = 2
        options.longPolling.common.queuePolicy = .dropNewest
        let test = TestServer(options: options)
        let session = try #require(await test.server.session(LongPollingPeer(test).clientID))
        let record = self.record
        session.addListener(.message { _, _, message in message.data?.intValue != 1 })
        session.addListener(
            .queued { _, sender, message in record.add("\(message.data?.intValue ?? 0) \(sender == nil)") }
        )
        for data in [1, 2, 3, 4] as [JSONBytes] { session.deliver(data, on: "/a") }
        test.settle()
        #expect(self.record.take() == ["2 true", "3 true"])
    }

    @Test func `a listener that delivers what it is told of, over and over, is cut short`() async throws {
        let record = self.record
        let session = try await self.session
        let token = session.addListener(
            .message { session, _, message in
                record.add("message")
                session.deliver(message.data, on: "/echo")
                return true
            }
        )
        try self.publish(1...1)
        #expect(self.record.take().count == 17)
        session.removeListener(token)
        session.addListener(
            .queued { session, _, message in
                record.add("queued")
                session.deliver(message.data, on: "/echo")
            }
        )
        try self.publish(1...1)
        #expect(self.record.take().count == 17)
        #expect(self.data().count == 34)
    }

    @Test func `queued that delivers once more does not disturb the order`() async throws {
        let session = try await self.session
        session.addListener(
            .queued { session, _, message in
                if message.channel == "/a" { session.deliver(message.data, on: "/echo") }
            }
        )
        try self.publish(1...2)
        #expect(self.data() == ["1", "1", "2", "2"])
    }
}

// MARK: - What leaves

extension SessionListenerTests {
    @Test func `dequeued may reorder, merge, change and drop what leaves`() async throws {
        let session = try await self.session
        let token = session.addListener(.dequeued { _, messages in messages.reverse() })
        try self.publish(1...3)
        #expect(self.data() == ["3", "2", "1"])
        session.removeListener(token)
        session.addListener(
            .dequeued { _, messages in
                let sum = messages.compactMap { $0.data?.intValue }.reduce(0, +)
                messages =
                    messages.isEmpty ? [] : [BayeuxMessage(channel: "/sum", data: JSONBytes(.number(JSONNumber(sum))))]
            }
        )
        try self.publish(4...6)
        #expect(self.data() == ["15"])
        session.addListener(.dequeued { _, messages in messages = [] })
        try self.publish(7...8)
        #expect(self.data() == [])
        #expect(self.peer.connect().status == nil)
    }

    @Test func `dequeued runs for a single message over a WebSocket, too`() async throws {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/a")
        let session = try #require(await self.test.server.session(id))
        session.addListener(
            .dequeued { _, messages in
                for index in messages.indices { messages[index]["seen"] = 1 }
            }
        )
        try self.publish(1...1)
        #expect(socket.takeMessages().map { $0["seen"] } == ["1"])
        try self.publish(2...3)
        #expect(socket.takeMessages().map { $0["data"] } == ["2", "3"])
    }

    @Test func `several dequeued listeners see what those before them have left`() async throws {
        let session = try await self.session
        session.addListener(.dequeued { _, messages in messages.removeFirst() })
        session.addListener(.dequeued { _, messages in messages.append(messages[0]) })
        try self.publish(1...2)
        #expect(self.data() == ["2", "2"])
    }

    @Test func `dequeued that delivers another message sends it next`() async throws {
        let session = try await self.session
        session.addListener(
            .dequeued { session, messages in
                if messages.first?.channel == "/a" { session.deliver(9, on: "/late") }
            }
        )
        let held = self.peer.connect()
        try self.publish(1...1)
        #expect(held.messages.map { $0["data"] } == ["1", nil])
        #expect(self.data() == ["9"])
    }

    @Test func `held and released tell of the client's connects`() async throws {
        let record = self.record
        let session = try await self.session
        session.addListener(.held { _, timeout in record.add("held \(timeout)") })
        session.addListener(.released { _, isTimeOver in record.add("released \(isTimeOver)") })
        self.peer.connect(#","advice":{"timeout":0}"#)
        #expect(self.record.take() == [])
        self.peer.connect()
        #expect(self.record.take() == ["held \(Duration.seconds(30))"])
        try self.publish(1...1)
        #expect(self.record.take() == ["released false"])
        self.peer.connect(#","advice":{"timeout":2000}"#)
        self.test.advance(by: .seconds(2.1))
        #expect(self.record.take() == ["held \(Duration.seconds(2))", "released true"])
        self.peer.connect()
        let aborted = self.peer.connect()
        #expect(self.record.take().map { $0.prefix(8) } == ["held 30.", "released", "held 30."])
        aborted.abort()
        #expect(self.record.take() == ["released false"])
        self.peer.connect()
        session.disconnect()
        #expect(self.record.take().last == "released false")
    }

    @Test func `held that ends the session answers the connect once`() async throws {
        try await self.session.addListener(.held { session, _ in session.disconnect() })
        let held = self.peer.connect()
        #expect(held.messages.map { $0["advice"] } == [#"{"reconnect":"none"}"#])
        #expect(held.answerCount == 1)
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `held that delivers answers the connect it is told of`() async throws {
        try await self.session.addListener(.held { session, _ in session.deliver(1, on: "/private") })
        let held = self.peer.connect()
        #expect(held.messages.map { $0["channel"] } == ["/private", "/meta/connect"])
    }

    @Test func `a listener that is removed is told nothing more`() async throws {
        let record = self.record
        let session = try await self.session
        let tokens = [
            session.addListener(.removed { _, _ in record.add("removed") }),
            session.addListener(.held { _, _ in record.add("held") }),
            session.addListener(.queued { _, _, _ in record.add("queued") }),
        ]
        self.peer.connect()
        for token in tokens { session.removeListener(token) }
        try self.publish(1...1)
        self.peer.connect()
        session.disconnect()
        #expect(self.record.take() == ["held"])
    }
}

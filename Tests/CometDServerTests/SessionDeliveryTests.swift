import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// What the server sends to a single session, and holds back in batches.
@Suite struct SessionDeliveryTests {
    private let test = TestServer()
    private let peer: LongPollingPeer

    init() { self.peer = LongPollingPeer(self.test) }

    private var session: ServerSession {
        get async throws { try #require(await self.test.server.session(self.peer.clientID)) }
    }

    @Test func `a delivery reaches a client that has not subscribed`() async throws {
        let held = self.peer.connect()
        try await self.session.deliver(JSONBytes(#"{"n":1.10}"#), on: "/private")
        self.test.settle()
        #expect(
            held.body == #"[{"channel":"/private","data":{"n":1.10}},{"channel":"/meta/connect","successful":true}]"#
        )
    }

    @Test func `a delivered message keeps its id and other members and loses its clientId`() async throws {
        var message = BayeuxMessage(channel: "/service/call", data: 1)
        message.id = "7"
        message.clientID = "secret"
        message.ext = try JSONBytes(#"{"a":1}"#)
        message["extra"] = 2
        let held = self.peer.connect()
        try await self.session.deliver(message)
        self.test.settle()
        let delivered = try #require(held.messages.first)
        #expect(delivered["id"] == "7")
        #expect(delivered["clientId"] == nil)
        #expect(delivered["ext"] == #"{"a":1}"#)
        #expect(delivered["extra"] == "2")
    }

    @Test func `a value is encoded, and one that cannot be is not sent`() async throws {
        struct Unencodable: Encodable {
            func encode(to encoder: any Encoder) throws { throw CancellationError() }
        }
        let session = try await self.session
        let held = self.peer.connect()
        #expect(throws: CancellationError.self) { try session.deliver(Unencodable(), on: "/a") }
        self.test.settle()
        #expect(held.status == nil)
        try session.deliver(["n": 1], on: "/a")
        self.test.settle()
        #expect(held.messages.first?["data"] == #"{"n":1}"#)
    }

    @Test func `a confirmed delivery tells whether the message was queued`() async throws {
        let session = try await self.session
        #expect(await session.deliverConfirmed(BayeuxMessage(channel: "/a", data: 1)))
        #expect(self.peer.connect().messages.map { $0["data"] } == ["1", nil])
        session.disconnect()
        #expect(await !session.deliverConfirmed(BayeuxMessage(channel: "/a", data: 2)))
    }

    @Test(arguments: [(QueuePolicy.dropNewest, false), (.dropOldest, true), (.disconnect, false)])
    func `a confirmed delivery that a limit drops is not confirmed`(policy: QueuePolicy, isQueued: Bool) async throws {
        var options = ServerOptions()
        options.longPolling.common.maxQueue = 1
        options.longPolling.common.queuePolicy = policy
        let test = TestServer(options: options)
        let session = try #require(await test.server.session(LongPollingPeer(test).clientID))
        #expect(await session.deliverConfirmed(BayeuxMessage(channel: "/a", data: 1)))
        #expect(await session.deliverConfirmed(BayeuxMessage(channel: "/a", data: 2)) == isQueued)
    }

    @Test func `a confirmed delivery that a listener or an extension drops is not confirmed`() async throws {
        let session = try await self.session
        let token = session.addListener(.message { _, _, message in message.data?.intValue == 1 })
        #expect(await session.deliverConfirmed(BayeuxMessage(channel: "/a", data: 1)))
        #expect(await !session.deliverConfirmed(BayeuxMessage(channel: "/a", data: 2)))
        session.removeListener(token)
        #expect(await session.deliverConfirmed(BayeuxMessage(channel: "/a", data: 3)))
        session.addExtension(Dropping())
        #expect(await !session.deliverConfirmed(BayeuxMessage(channel: "/a", data: 4)))
        self.test.settle()
        #expect(self.peer.connect().messages.map { $0["data"] } == ["1", "3", nil])
    }

    /// Lets nothing out but replies to meta messages.
    private struct Dropping: BayeuxExtension {
        var scope: ExtensionScope { .outgoing }

        func outgoing(
            _ message: inout BayeuxMessage,
            to session: ServerSession?,
            from sender: ServerSession?
        ) async throws -> Bool { false }
    }

    @Test func `a delivery passes the server's extensions, told who gets it`() async throws {
        let record = Record()
        self.test.server.addExtension(Telling(record: record))
        let held = self.peer.connect()
        try await self.session.deliver(1, on: "/a")
        self.test.settle()
        #expect(record.take() == ["/a \(self.peer.clientID)"])
        #expect(held.messages.first?["seen"] == "true")
    }

    private struct Telling: BayeuxExtension {
        let record: Record
        var scope: ExtensionScope { .outgoing }

        func outgoing(
            _ message: inout BayeuxMessage,
            to session: ServerSession?,
            from sender: ServerSession?
        ) async throws -> Bool {
            self.record.add("\(message.channel ?? "") \(session?.id ?? "all")")
            message["seen"] = JSONBytes(.bool(true))
            return true
        }
    }

    @Test func `a delivery before the session begins, or on a channel that is none, does no harm`() async throws {
        let session = try await self.session
        let held = self.peer.connect()
        session.deliver(1, on: "")
        self.test.settle()
        #expect(held.messages.first?["channel"] == "")
    }
}

// MARK: - Batches

extension SessionDeliveryTests {
    @Test func `what is delivered in a batch leaves together at its end`() async throws {
        let session = try await self.session
        let held = self.peer.connect()
        session.startBatch()
        session.deliver(1, on: "/a")
        self.test.settle()
        #expect(held.status == nil)
        session.deliver(2, on: "/a")
        session.endBatch()
        self.test.settle()
        #expect(held.messages.map { $0["data"] } == ["1", "2", nil])
    }

    @Test func `over a WebSocket what is published in a batch waits for its end`() async throws {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/a")
        let session = try #require(await self.test.server.session(id))
        session.startBatch()
        self.peer.publish("/a")
        #expect(socket.takeFrames().isEmpty)
        session.endBatch()
        #expect(socket.takeMessages().count == 1)
        self.peer.publish("/a")
        #expect(socket.takeMessages().count == 1)
    }

    @Test func `batches nest, and one end too many is ignored`() async throws {
        let session = try await self.session
        let held = self.peer.connect()
        session.endBatch()
        session.startBatch()
        session.startBatch()
        session.deliver(1, on: "/a")
        session.endBatch()
        self.test.settle()
        #expect(held.status == nil)
        session.endBatch()
        self.test.settle()
        #expect(held.status == 200)
        session.endBatch()
        let next = self.peer.connect()
        session.deliver(2, on: "/a")
        self.test.settle()
        #expect(next.status == 200)
    }

    @Test func `a batch whose function throws ends all the same`() async throws {
        let session = try await self.session
        let held = self.peer.connect()
        #expect(throws: CancellationError.self) {
            try session.batch {
                session.deliver(1, on: "/a")
                session.deliver(2, on: "/a")
                throw CancellationError()
            }
        }
        self.test.settle()
        #expect(held.messages.count == 3)
    }

    @Test func `an empty batch sends nothing`() async throws {
        let session = try await self.session
        let held = self.peer.connect()
        session.batch {}
        self.test.settle()
        #expect(held.status == nil)
    }

    @Test func `a connect whose time is over takes along what a batch holds back`() async throws {
        let session = try await self.session
        let held = self.peer.connect()
        session.startBatch()
        session.deliver(1, on: "/a")
        self.test.advance(by: .seconds(30.1))
        #expect(held.messages.count == 2)
    }

    @Test func `a batch that never ends stays within the limits of the queue`() async throws {
        var options = ServerOptions()
        options.webSocket.common.maxQueue = 3
        let test = TestServer(options: options)
        let socket = test.openWebSocket()
        let session = try #require(await test.server.session(socket.handshakeAndConnect()))
        session.startBatch()
        for _ in 1...4 { session.deliver(1, on: "/a") }
        test.settle()
        #expect(socket.closeCode == 1008)
        #expect(test.server.sessionCount == 0)
    }

    @Test func `what a batch holds back is sent when the server drains`() async throws {
        let session = try await self.session
        let held = self.peer.connect()
        session.startBatch()
        session.deliver(1, on: "/a")
        await self.test.server.drain()
        #expect(held.messages.count == 2)
    }
}

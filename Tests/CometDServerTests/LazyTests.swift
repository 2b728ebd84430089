import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// Lazy channels and messages: they wait for others, for a connect's end, or for their time.
@Suite struct LazyTests {
    private let test = TestServer()

    /// A lazy channel.
    private func lazyChannel(_ name: String = "/lazy", timeout: Duration? = nil) throws -> ServerChannel {
        let channel = try self.test.server.channel(name)
        channel.isLazy = true
        if let timeout { channel.lazyTimeout = timeout }
        return channel
    }

    private func subscriber(_ channels: String...) -> LongPollingPeer {
        let peer = LongPollingPeer(self.test)
        for channel in channels { peer.subscribe(channel) }
        return peer
    }

    private func channels(_ request: TestRequest) -> [String?] { request.messages.map { $0["channel"] } }

    @Test func `a channel is not lazy unless it is said to be`() throws {
        let channel = try self.test.server.channel("/a")
        #expect(!channel.isLazy)
        #expect(channel.lazyTimeout == nil)
        let held = self.subscriber("/a").connect()
        channel.publish(1)
        self.test.settle()
        #expect(held.status == 200)
    }

    @Test func `a lazy message answers a held connect after maxLazyTimeout`() throws {
        let channel = try self.lazyChannel()
        let held = self.subscriber("/lazy").connect()
        channel.publish(1)
        channel.publish(2)
        self.test.advance(by: .seconds(4.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(held.messages.map { $0["data"] } == ["1", "2", nil])
    }

    @Test func `the time of a lazy message counts from the first one that waits`() throws {
        let channel = try self.lazyChannel()
        let held = self.subscriber("/lazy").connect()
        channel.publish(1)
        self.test.advance(by: .seconds(3))
        channel.publish(2)
        self.test.advance(by: .seconds(2.1))
        #expect(held.messages.map { $0["data"] } == ["1", "2", nil])
    }

    @Test func `a message that is not lazy takes the lazy ones along, in order`() throws {
        let channel = try self.lazyChannel()
        let peer = self.subscriber("/lazy", "/eager")
        let held = peer.connect()
        channel.publish(1)
        self.test.advance(by: .seconds(1))
        #expect(held.status == nil)
        try self.test.server.channel("/eager").publish(2)
        self.test.settle()
        #expect(self.channels(held) == ["/lazy", "/eager", "/meta/connect"])
        let next = peer.connect()
        self.test.advance(by: .seconds(5.1))
        #expect(next.status == nil)
    }

    @Test func `the end of a connect takes lazy messages along`() throws {
        let channel = try self.lazyChannel()
        let peer = self.subscriber("/lazy")
        let held = peer.connect(#","advice":{"timeout":2000}"#)
        channel.publish(1)
        self.test.advance(by: .seconds(2.1))
        #expect(self.channels(held) == ["/lazy", "/meta/connect"])
    }

    @Test func `the reply to another request takes lazy messages along`() throws {
        let channel = try self.lazyChannel()
        let peer = self.subscriber("/lazy")
        channel.publish(1)
        self.test.settle()
        #expect(self.channels(peer.publish("/other")) == ["/lazy", "/other"])
    }

    @Test func `without a held connect the next one is held until the time is over`() throws {
        let channel = try self.lazyChannel()
        let peer = self.subscriber("/lazy")
        channel.publish(1)
        self.test.advance(by: .seconds(2))
        let held = peer.connect()
        #expect(held.status == nil)
        self.test.advance(by: .seconds(3.1))
        #expect(self.channels(held) == ["/lazy", "/meta/connect"])
    }

    @Test func `when the time is over the next connect is answered at once`() throws {
        let channel = try self.lazyChannel()
        let peer = self.subscriber("/lazy")
        channel.publish(1)
        self.test.advance(by: .seconds(5.1))
        #expect(self.channels(peer.connect()) == ["/lazy", "/meta/connect"])
        #expect(peer.connect().status == nil)
    }

    @Test func `over a WebSocket lazy messages are pushed when their time is over`() throws {
        let channel = try self.lazyChannel()
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/lazy")
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#)
        channel.publish(1)
        channel.publish(2)
        self.test.advance(by: .seconds(4.9))
        #expect(socket.takeFrames().isEmpty)
        self.test.advance(by: .seconds(0.2))
        #expect(socket.takeFrames() == [#"[{"channel":"/lazy","data":1}]"#, #"[{"channel":"/lazy","data":2}]"#])
        channel.publish(3)
        self.test.advance(by: .seconds(4.9))
        #expect(socket.takeFrames().isEmpty)
        self.test.advance(by: .seconds(0.2))
        #expect(socket.takeMessages().count == 1)
    }

    @Test func `over a WebSocket a message that is not lazy takes the lazy ones along`() throws {
        let channel = try self.lazyChannel()
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/**")
        channel.publish(1)
        self.test.settle()
        #expect(socket.takeFrames().isEmpty)
        try self.test.server.channel("/eager").publish(2)
        self.test.settle()
        #expect(socket.takeMessages().map { $0["data"] } == ["1", "2"])
    }

    @Test func `a lazy message whose WebSocket does not read waits until it does`() throws {
        let channel = try self.lazyChannel()
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/lazy")
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(id)"}]"#)
        socket.isReading = false
        channel.publish(1)
        self.test.advance(by: .seconds(6))
        #expect(socket.takeFrames().isEmpty)
        socket.isReading = true
        #expect(socket.takeMessages().count == 1)
    }

    @Test func `a session that ends answers its held connect with what waits lazily, and nothing is left to fire`()
        throws
    {
        let channel = try self.lazyChannel()
        let peer = self.subscriber("/lazy")
        let held = peer.connect()
        channel.publish(1)
        self.test.settle()
        peer.send(#"{"channel":"/meta/disconnect","clientId":"\#(peer.clientID)"}"#)
        #expect(self.channels(held) == ["/lazy", "/meta/connect"])
        self.test.advance(by: .seconds(6))
        #expect(held.answerCount == 1)
    }
}

// MARK: - Which messages are lazy

extension LazyTests {
    @Test func `a lazyTimeout makes the channel lazy and is its messages' time`() throws {
        let channel = try self.test.server.channel("/lazy")
        channel.lazyTimeout = .seconds(2)
        #expect(channel.isLazy)
        let held = self.subscriber("/lazy").connect()
        channel.publish(1)
        self.test.advance(by: .seconds(1.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(held.status == 200)
    }

    @Test(arguments: [nil, .zero, .seconds(-1)] as [Duration?])
    func `a lazyTimeout that is no time makes the channel eager`(timeout: Duration?) throws {
        let channel = try self.lazyChannel()
        channel.lazyTimeout = timeout
        #expect(!channel.isLazy)
        let held = self.subscriber("/lazy").connect()
        channel.publish(1)
        self.test.settle()
        #expect(held.status == 200)
    }

    @Test func `a lazy channel whose lazyTimeout is zero does not wait`() throws {
        let channel = try self.test.server.channel("/lazy")
        channel.lazyTimeout = .zero
        channel.isLazy = true
        let held = self.subscriber("/lazy").connect()
        channel.publish(1)
        self.test.settle()
        #expect(held.status == 200)
    }

    @Test(arguments: [.seconds(3600), .seconds(Int64.max)] as [Duration])
    func `no channel exceeds maxLazyTimeout`(timeout: Duration) throws {
        let channel = try self.lazyChannel(timeout: timeout)
        let held = self.subscriber("/lazy").connect()
        channel.publish(1)
        self.test.advance(by: .seconds(5.1))
        #expect(held.status == 200)
    }

    @Test func `a maxLazyTimeout of zero makes no message wait`() throws {
        var options = ServerOptions()
        options.longPolling.common.maxLazyTimeout = .zero
        let test = TestServer(options: options)
        let channel = try test.server.channel("/lazy")
        channel.isLazy = true
        let peer = LongPollingPeer(test)
        peer.subscribe("/lazy")
        let held = peer.connect()
        channel.publish(1)
        test.settle()
        #expect(held.status == 200)
    }

    @Test(arguments: ["/lazy/*", "/lazy/**", "/**"])
    func `a lazy pattern makes the channels lazy that it matches`(pattern: String) throws {
        _ = try self.lazyChannel(pattern)
        let peer = self.subscriber("/lazy/a")
        let held = peer.connect()
        try self.test.server.channel("/lazy/a").publish(1)
        self.test.advance(by: .seconds(4.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(held.status == 200)
    }

    @Test func `a lazy pattern says nothing about what it does not match`() throws {
        _ = try self.lazyChannel("/lazy/*")
        let peer = self.subscriber("/lazy", "/lazy/a/b")
        for name in ["/lazy", "/lazy/a/b"] {
            let held = peer.connect()
            try self.test.server.channel(name).publish(1)
            self.test.settle()
            #expect(held.status == 200)
        }
    }

    @Test func `a lazy channel that is no pattern says nothing about those below it`() throws {
        _ = try self.lazyChannel("/lazy")
        let held = self.subscriber("/lazy/a").connect()
        try self.test.server.channel("/lazy/a").publish(1)
        self.test.settle()
        #expect(held.status == 200)
    }

    @Test func `of the times of patterns and the channel the shortest counts`() throws {
        _ = try self.lazyChannel("/**", timeout: .seconds(3))
        _ = try self.lazyChannel("/lazy/*", timeout: .seconds(1))
        let channel = try self.lazyChannel("/lazy/a", timeout: .seconds(2))
        let held = self.subscriber("/lazy/a").connect()
        channel.publish(1)
        self.test.advance(by: .seconds(0.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(held.status == 200)
    }

    @Test func `a message with a shorter time brings the earlier ones forward`() throws {
        let slow = try self.lazyChannel("/slow", timeout: .seconds(4))
        let quick = try self.lazyChannel("/quick", timeout: .seconds(1))
        let held = self.subscriber("/slow", "/quick").connect()
        slow.publish(1)
        quick.publish(2)
        self.test.advance(by: .seconds(1.1))
        #expect(self.channels(held) == ["/slow", "/quick", "/meta/connect"])
    }

    @Test func `a channel that is made lazy, and eager again, is so from the next message on`() throws {
        let channel = try self.test.server.channel("/a")
        let peer = self.subscriber("/a")
        for isLazy in [false, true, false] {
            channel.isLazy = isLazy
            let held = peer.connect()
            channel.publish(1)
            self.test.settle()
            #expect((held.status == nil) == isLazy)
            self.test.advance(by: .seconds(5.1))
            #expect(held.status == 200)
        }
    }

    @Test func `a single message may be published lazily`() throws {
        let held = self.subscriber("/a").connect()
        var message = BayeuxMessage(channel: "/a", data: 1)
        message.isLazy = true
        try self.test.server.channel("/a").publish(message)
        self.test.advance(by: .seconds(4.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(held.body == #"[{"channel":"/a","data":1},{"channel":"/meta/connect","successful":true}]"#)
    }

    @Test func `a single message may be delivered lazily`() async throws {
        let peer = self.subscriber()
        let session = try #require(await self.test.server.session(peer.clientID))
        let held = peer.connect()
        var message = BayeuxMessage(channel: "/a", data: 1)
        message.isLazy = true
        session.deliver(message)
        self.test.advance(by: .seconds(4.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(held.messages.count == 2)
    }

    @Test func `a lazy message stays lazy when a listener of the session has seen it`() async throws {
        let channel = try self.lazyChannel()
        let peer = self.subscriber("/lazy")
        let session = try #require(await self.test.server.session(peer.clientID))
        let record = Record()
        session.addListener(
            .message { _, _, message in
                record.add("\(message.isLazy)")
                return true
            }
        )
        let held = peer.connect()
        channel.publish(1)
        self.test.settle()
        #expect(record.take() == ["true"])
        #expect(held.status == nil)
        self.test.advance(by: .seconds(5.1))
        #expect(held.status == 200)
    }

    @Test func `a listener may make a message lazy`() throws {
        let channel = try self.test.server.channel("/a")
        channel.addListener { _, message in
            message.isLazy = true
            return true
        }
        let held = self.subscriber("/a").connect()
        self.subscriber().publish("/a")
        #expect(held.status == nil)
        self.test.advance(by: .seconds(5.1))
        #expect(held.status == 200)
    }

    @Test func `lazy messages count against the limits of the queue`() throws {
        var options = ServerOptions()
        options.longPolling.common.maxQueue = 2
        options.longPolling.common.queuePolicy = .dropOldest
        let test = TestServer(options: options)
        let channel = try test.server.channel("/lazy")
        channel.isLazy = true
        let peer = LongPollingPeer(test)
        peer.subscribe("/lazy")
        let held = peer.connect()
        for data in [1, 2, 3] as [JSONBytes] { channel.publish(data) }
        test.advance(by: .seconds(5.1))
        #expect(held.messages.map { $0["data"] } == ["2", "3", nil])
    }

    @Test func `lazy messages wait for clients that acknowledge, too`() throws {
        self.test.server.addExtension(AcknowledgedMessagesExtension())
        let channel = try self.lazyChannel()
        let peer = LongPollingPeer(self.test, handshake: #","ext":{"ack":true}"#, connects: false)
        peer.connect(acknowledging: -1)
        peer.subscribe("/lazy")
        let held = peer.connect(acknowledging: 1)
        channel.publish(1)
        self.test.advance(by: .seconds(4.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.2))
        #expect(self.channels(held) == ["/meta/connect", "/lazy"])
        // What was lost is not lazy any more.
        #expect(self.channels(peer.connect(acknowledging: 1)) == ["/meta/connect", "/lazy"])
    }
}

import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The acknowledgement extension over WebSocket, and from one connection to another.
@Suite struct AcknowledgementWebSocketTests {
    private let test: TestServer
    private let news: ServerChannel

    init() throws {
        var options = ServerOptions()
        options.longPolling.trustClientSession = true
        try self.init(options)
    }

    private init(_ options: ServerOptions) throws {
        self.test = TestServer(options: options)
        self.test.server.addExtension(AcknowledgedMessagesExtension())
        self.news = try self.test.server.channel("/news")
    }

    /// Opens a WebSocket whose session is subscribed and has got batch 1.
    private func subscriber() -> (socket: TestWebSocket, id: String) {
        let socket = self.test.openWebSocket()
        let id = socket.exchange(#"[{"channel":"/meta/handshake","ext":{"ack":true}}]"#).first?["clientId"] ?? ""
        socket.send(Self.connect(id, -1))
        socket.subscribe(id, to: "/news")
        return (socket, id)
    }

    private static func connect(_ id: String, _ batch: Int) -> String {
        #"[{"channel":"/meta/connect","clientId":"\#(id)","ext":{"ack":\#(batch)}}]"#
    }

    /// Publishes numbers, each with so many bytes of ballast.
    private func publish(_ numbers: ClosedRange<Int>, ballast: Int = 0) throws {
        for number in numbers {
            let ballast = String(repeating: "x", count: ballast)
            self.news.publish(try JSONBytes(#"{"n":\#(number),"x":"\#(ballast)"}"#))
        }
        self.test.settle()
    }

    private func numbers(_ messages: [TestMessage]) -> [Int?] {
        messages.filter { $0["channel"] == "/news" }.map { $0.json["data"]?["n"]?.intValue }
    }

    @Test func `messages come with the reply to a connect, in one frame and behind it`() throws {
        let (socket, id) = self.subscriber()
        try self.publish(1...2)
        #expect(socket.takeFrames().isEmpty)
        socket.send(Self.connect(id, 1))
        let frames = socket.takeFrames()
        #expect(frames.count == 1)
        let messages = frames.flatMap(TestMessage.read)
        #expect(messages.map { $0["channel"] } == ["/meta/connect", "/news", "/news"])
        #expect(messages.first?["ext"] == #"{"ack":2}"#)
        socket.send(Self.connect(id, 2))
        #expect(socket.takeFrames().isEmpty)
        try self.publish(3...3)
        let next = socket.takeFrames()
        #expect(next.count == 1)
        #expect(self.numbers(next.flatMap(TestMessage.read)) == [3])
    }

    @Test func `the replies to publishes bring no messages`() throws {
        let (socket, id) = self.subscriber()
        socket.publish(id, to: "/news", data: #"{"n":1}"#)
        #expect(socket.takeMessages().map { $0["successful"] } == ["true"])
    }

    @Test(arguments: [1000, 3000, 7 << 10, 20_000])
    func `more than a frame may hold is spread over connects, none lost or doubled`(ballast: Int) throws {
        let (socket, id) = self.subscriber()
        try self.publish(1...20, ballast: ballast)
        var batch = 1
        var received: [Int?] = []
        for _ in 1...30 {
            socket.send(Self.connect(id, batch))
            let frames = socket.takeFrames()
            guard let frame = frames.first else { break }
            #expect(frames.count == 1)
            let messages = TestMessage.read(frame)
            #expect(frame.utf8.count <= 8 << 10 || messages.count == 2)
            batch += 1
            #expect(messages.first?["ext"] == #"{"ack":\#(batch)}"#)
            received += self.numbers(messages)
        }
        #expect(received == Array(1...20))
    }

    @Test func `a frame that is lost in the middle comes again before the rest`() throws {
        let (socket, id) = self.subscriber()
        try self.publish(1...6, ballast: 3000)
        #expect(self.numbers(socket.exchange(Self.connect(id, 1))) == [1, 2])
        #expect(self.numbers(socket.exchange(Self.connect(id, 2))) == [3, 4])
        #expect(self.numbers(socket.exchange(Self.connect(id, 2))) == [3, 4])
        #expect(self.numbers(socket.exchange(Self.connect(id, 4))) == [5, 6])
        #expect(socket.exchange(Self.connect(id, 5)).isEmpty)
    }

    @Test func `messagesPerFrame without a limit lifts the limit of a frame`() throws {
        var options = ServerOptions()
        options.webSocket.messagesPerFrame = nil
        let unlimited = try Self(options)
        let (socket, id) = unlimited.subscriber()
        try unlimited.publish(1...20, ballast: 3000)
        #expect(unlimited.numbers(socket.exchange(Self.connect(id, 1))) == Array(1...20))
    }

    @Test func `what was lost with a WebSocket comes on the next one`() throws {
        let (old, id) = self.subscriber()
        old.send(Self.connect(id, 1))
        try self.publish(1...2)
        #expect(self.numbers(old.takeMessages()) == [1, 2])
        old.close()
        try self.publish(3...3)
        let new = self.test.openWebSocket()
        #expect(self.numbers(new.exchange(Self.connect(id, 1))) == [1, 2, 3])
        #expect(new.exchange(Self.connect(id, 3)).isEmpty)
    }

    @Test func `what was lost with a WebSocket comes over long-polling, and the other way round`() throws {
        let (socket, id) = self.subscriber()
        socket.send(Self.connect(id, 1))
        try self.publish(1...1)
        #expect(self.numbers(socket.takeMessages()) == [1])
        let polled = self.test.post(Self.connect(id, 1))
        #expect(socket.closeCode == 1000)
        #expect(polled.messages.first?["ext"] == #"{"ack":3}"#)
        #expect(self.numbers(polled.messages) == [1])
        let held = self.test.post(Self.connect(id, 3))
        try self.publish(2...2)
        #expect(self.numbers(held.messages) == [2])
        let new = self.test.openWebSocket()
        #expect(self.numbers(new.exchange(Self.connect(id, 3))) == [2])
    }

    @Test func `a connect is held while its WebSocket takes no messages, and answered when it does`() throws {
        let (socket, id) = self.subscriber()
        socket.send(Self.connect(id, 1))
        socket.isReading = false
        try self.publish(1...1)
        #expect(socket.takeFrames().isEmpty)
        socket.isReading = true
        #expect(self.numbers(socket.takeMessages()) == [1])
        socket.isReading = false
        try self.publish(2...2)
        socket.send(Self.connect(id, 2))
        #expect(socket.takeFrames().isEmpty)
        socket.isReading = true
        #expect(self.numbers(socket.takeMessages()) == [2])
    }

    @Test func `a session whose WebSocket broke off without a connect expires with what it was sent`() throws {
        let (socket, id) = self.subscriber()
        try self.publish(1...1)
        _ = socket.exchange(Self.connect(id, 1))
        socket.close()
        self.test.advance(by: .seconds(10.1))
        #expect(self.test.server.sessionCount == 0)
        let reply = self.test.openWebSocket().exchange(Self.connect(id, 1))
        #expect(reply.map { $0["error"] } == ["402::Unknown client"])
    }

    @Test func `a late connect from a displaced WebSocket has nothing sent again`() throws {
        let (old, id) = self.subscriber()
        try self.publish(1...2)
        let new = self.test.openWebSocket()
        #expect(new.exchange(Self.connect(id, 1)).compactMap { $0["data"] }.count == 2)
        old.send(Self.connect(id, 1))
        try self.publish(3...3)
        #expect(new.exchange(Self.connect(id, 2)).compactMap { $0["data"] } == [#"{"n":3,"x":""}"#])
    }

    @Test func `a connect that acknowledges less than one before it has nothing sent again`() throws {
        let (socket, id) = self.subscriber()
        try self.publish(1...1)
        #expect(socket.exchange(Self.connect(id, 1)).compactMap { $0["data"] }.count == 1)
        try self.publish(2...2)
        #expect(socket.exchange(Self.connect(id, 2)).compactMap { $0["data"] }.count == 1)
        #expect(socket.exchange(Self.connect(id, 1)).isEmpty)
        #expect(socket.exchange(Self.connect(id, 3)).isEmpty)
    }
}

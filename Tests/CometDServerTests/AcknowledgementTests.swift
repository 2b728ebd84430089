import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The acknowledgement extension over long-polling.
@Suite struct AcknowledgementTests {
    private let test: TestServer
    private let news: ServerChannel
    private let record = Record()

    init() throws {
        self.test = TestServer()
        let record = self.record
        self.test.server.addExtension(
            AcknowledgedMessagesExtension(
                batchSent: { _, messages, batch in record.add("sent \(batch): \(messages.count)") },
                batchAcknowledged: { _, batch in record.add("acknowledged \(batch)") }
            )
        )
        self.news = try self.test.server.channel("/news")
    }

    /// A subscriber that acknowledges; its first connect, batch 1, has been answered.
    private func subscriber(_ test: TestServer? = nil) -> LongPollingPeer {
        let peer = LongPollingPeer(test ?? self.test, handshake: #","ext":{"ack":true}"#, connects: false)
        peer.connect(acknowledging: -1)
        peer.subscribe("/news")
        _ = self.record.take()
        return peer
    }

    private func publish(_ numbers: ClosedRange<Int>) {
        for number in numbers { self.news.publish(JSONBytes(.number(JSONNumber(number)))) }
        self.test.settle()
    }

    private func data(_ request: TestRequest) -> [String?] { request.messages.dropFirst().map { $0["data"] } }

    @Test(arguments: [#""true""#, "1", "false", "null", "{}", "[true]"])
    func `only the boolean true switches acknowledgement on`(value: String) {
        let reply = self.test.post(#"[{"channel":"/meta/handshake","ext":{"ack":\#(value)}}]"#).messages.first
        #expect(reply?["successful"] == "true")
        #expect(reply?["ext"] == nil)
        let peer = LongPollingPeer(self.test, handshake: #","ext":{"ack":\#(value)}"#, connects: false)
        #expect(peer.connect(acknowledging: -1).messages.first?["ext"] == nil)
    }

    @Test func `a handshake that asks for it is answered with true`() {
        let reply = self.test.post(#"[{"channel":"/meta/handshake","ext":{"ack":true}}]"#).messages.first
        #expect(reply?["ext"] == #"{"ack":true}"#)
    }

    @Test func `a server without the extension does not acknowledge`() {
        let test = TestServer()
        let reply = test.post(#"[{"channel":"/meta/handshake","ext":{"ack":true}}]"#).messages.first
        #expect(reply?["ext"] == nil)
    }

    @Test func `each reply to a connect counts up, whether messages come with it or not`() {
        let peer = LongPollingPeer(self.test, handshake: #","ext":{"ack":true}"#, connects: false)
        #expect(peer.connect(acknowledging: -1).messages.first?["ext"] == #"{"ack":1}"#)
        let second = peer.connect(acknowledging: 1)
        self.test.advance(by: .seconds(30.1))
        #expect(second.messages.first?["ext"] == #"{"ack":2}"#)
        #expect(
            peer.connect(#","ext":{"ack":2},"advice":{"timeout":0}"#).messages.first?["ext"] == #"{"ack":3}"#
        )
        let superseded = peer.connect(acknowledging: 3)
        let fourth = peer.connect(acknowledging: 3)
        peer.subscribe("/news")
        self.publish(1...1)
        #expect(superseded.status == 500)
        #expect(fourth.messages.first?["ext"] == #"{"ack":4}"#)
    }

    @Test func `messages come with replies to connects only, behind the reply`() {
        let peer = self.subscriber()
        #expect(peer.publish("/news", data: "1").messages.map { $0["successful"] } == ["true"])
        let answer = peer.connect(acknowledging: 1)
        #expect(answer.messages.map { $0["channel"] } == ["/meta/connect", "/news"])
        #expect(answer.messages.first?["ext"] == #"{"ack":2}"#)
        #expect(answer.messages.last?.description == #"{"channel":"/news","data":1}"#)
        let held = peer.connect(acknowledging: 2)
        self.publish(2...3)
        #expect(held.messages.first?["channel"] == "/meta/connect")
        #expect(self.data(held) == ["2", "3"])
    }

    @Test func `the reply to a connect that came with other messages is first too`() {
        let peer = self.subscriber()
        self.publish(1...1)
        let id = peer.clientID
        let answer = peer.send(
            #"{"channel":"/meta/connect","clientId":"\#(id)","ext":{"ack":1}},{"channel":"/other","clientId":"\#(id)"}"#
        )
        #expect(answer.messages.map { $0["channel"] } == ["/meta/connect", "/other", "/news"])
        #expect(answer.messages.first?["ext"] == #"{"ack":2}"#)
        #expect(peer.connect(acknowledging: 2).status == nil)
    }

    @Test func `what was lost comes again at once, in order, before what is new`() {
        let peer = self.subscriber()
        self.publish(1...2)
        #expect(self.data(peer.connect(acknowledging: 1)) == ["1", "2"])
        let lost = peer.connect(acknowledging: 1)
        #expect(self.data(lost) == ["1", "2"])
        #expect(lost.messages.first?["ext"] == #"{"ack":3}"#)
        self.publish(3...4)
        let again = peer.connect(acknowledging: 1)
        #expect(self.data(again) == ["1", "2", "3", "4"])
        #expect(peer.connect(acknowledging: 4).status == nil)
    }

    @Test func `of several lost answers only those behind the acknowledged one come again`() {
        let peer = self.subscriber()
        for number in 1...3 {
            self.publish(number...number)
            #expect(peer.connect(acknowledging: number).messages.count == 2)
        }
        #expect(self.data(peer.connect(acknowledging: 3)) == ["3"])
        #expect(peer.connect(acknowledging: 5).status == nil)
    }

    @Test(arguments: [-1, 0, Int.min])
    func `a number below one acknowledges nothing`(number: Int) {
        let peer = self.subscriber()
        self.publish(1...1)
        peer.connect(acknowledging: 1)
        #expect(self.data(peer.connect(acknowledging: number)) == ["1"])
    }

    @Test(arguments: [
        #"{"ack":"2"}"#, #"{"ack":1.5}"#, #"{"ack":3}"#, #"{"ack":9223372036854775807}"#,
        #"{"ack":99999999999999999999999}"#, #"{"ack":null}"#, #"{"ack":{}}"#, #"{"ack":[2]}"#, #"{"ack":true}"#, "{}",
        "[]", "2", #""ack""#, "null",
    ])
    func `a number that cannot be says nothing`(ext: String) {
        let peer = self.subscriber()
        self.publish(1...1)
        #expect(peer.connect(acknowledging: 1).messages.count == 2)
        let held = peer.connect(#","ext":\#(ext)"#)
        #expect(held.status == nil)
        #expect(self.data(peer.connect(acknowledging: 1)) == ["1"])
        #expect(self.record.take().filter { $0.hasPrefix("acknowledged") } == ["acknowledged 1"])
    }

    @Test func `a connect without a number acknowledges nothing`() {
        let peer = self.subscriber()
        self.publish(1...1)
        peer.connect(acknowledging: 1)
        let held = peer.connect()
        self.publish(2...2)
        #expect(self.data(held) == ["2"])
        #expect(self.data(peer.connect(acknowledging: 1)) == ["1", "2"])
    }

    @Test func `the application is told what was sent, and once what has arrived`() {
        let peer = self.subscriber()
        self.publish(1...2)
        peer.connect(acknowledging: 1)
        peer.connect(acknowledging: 1)
        peer.connect(acknowledging: 3)
        #expect(self.record.take() == ["acknowledged 1", "sent 2: 2", "sent 3: 2", "acknowledged 3"])
    }

    @Test func `a client that never acknowledges is ended when too much has been sent to it`() {
        var options = ServerOptions()
        options.longPolling.common.maxQueue = 3
        let test = TestServer(options: options)
        test.server.addExtension(AcknowledgedMessagesExtension())
        let record = self.record
        test.server.addListener(.sessionRemoved { _, _, reason in record.add("\(reason)") })
        let peer = self.subscriber(test)
        let publisher = LongPollingPeer(test)
        for _ in 1...4 {
            publisher.publish("/news")
            #expect(peer.connect().messages.count == 2)
        }
        #expect(self.record.take() == [])
        let reply = peer.connect().messages.first
        #expect(reply?["error"] == "402::Unknown client")
        #expect(reply?["advice"] == #"{"interval":0,"reconnect":"handshake"}"#)
        #expect(self.record.take() == ["queueOverflow"])
        #expect(test.server.sessionCount == 1)
    }

    @Test func `what was sent and not acknowledged is limited in bytes, too`() {
        var options = ServerOptions()
        options.longPolling.common.maxQueueBytes = 1000
        let test = TestServer(options: options)
        test.server.addExtension(AcknowledgedMessagesExtension())
        let peer = self.subscriber(test)
        let publisher = LongPollingPeer(test)
        for _ in 1...2 {
            publisher.publish("/news", data: "\"\(String(repeating: "x", count: 600))\"")
            #expect(peer.connect().messages.count == 2)
        }
        #expect(peer.connect().messages.first?["error"] == "402::Unknown client")
    }

    @Test func `a client that acknowledges may be sent any number of messages`() {
        var options = ServerOptions()
        options.longPolling.common.maxQueue = 3
        let test = TestServer(options: options)
        test.server.addExtension(AcknowledgedMessagesExtension())
        let peer = self.subscriber(test)
        let publisher = LongPollingPeer(test)
        for batch in 1...20 {
            for _ in 1...3 { publisher.publish("/news") }
            #expect(peer.connect(acknowledging: batch).messages.count == 4)
        }
    }

    @Test func `a session that expires takes what was not acknowledged with it`() {
        let peer = self.subscriber()
        self.publish(1...1)
        peer.connect(acknowledging: 1)
        self.test.advance(by: .seconds(10.1))
        #expect(self.test.server.sessionCount == 0)
        #expect(peer.connect(acknowledging: 1).messages.map { $0["error"] } == ["402::Unknown client"])
    }

    @Test func `a disconnect answers the held connect, and what comes later is nobody's`() {
        let peer = self.subscriber()
        let held = peer.connect(acknowledging: 1)
        peer.send(#"{"channel":"/meta/disconnect","clientId":"\#(peer.clientID)"}"#)
        #expect(held.messages.first?["ext"] == #"{"ack":2}"#)
        #expect(held.messages.first?["advice"] == #"{"reconnect":"none"}"#)
        self.publish(1...1)
        #expect(peer.connect(acknowledging: 1).messages.map { $0["error"] } == ["402::Unknown client"])
    }
}

// MARK: - Together with others

extension AcknowledgementTests {
    @Test func `messages that come with the reply to the handshake are the first batch`() throws {
        var options = ServerOptions()
        options.longPolling.common.allowMessageDeliveryDuringHandshake = true
        let test = TestServer(options: options)
        test.server.addExtension(AcknowledgedMessagesExtension())
        test.server.addListener(.sessionAdded { session, _ in session.deliver(nil, on: "/welcome") })
        let handshake = test.post(#"[{"channel":"/meta/handshake","ext":{"ack":true}}]"#)
        #expect(handshake.messages.map { $0["channel"] } == ["/meta/handshake", "/welcome"])
        let ext = try #require(handshake.messages.first?.json["ext"]?["ack"])
        #expect(ext["enabled"]?.boolValue == true)
        #expect(ext["batch"]?.intValue == 1)
        let id = try #require(handshake.messages.first?["clientId"])
        func connect(_ batch: Int) -> TestRequest {
            test.post(
                #"[{"channel":"/meta/connect","clientId":"\#(id)","ext":{"ack":\#(batch)}}]"#,
                cookie: handshake.newCookie
            )
        }
        let lost = connect(0)
        #expect(lost.messages.map { $0["channel"] } == ["/meta/connect", "/welcome"])
        #expect(lost.messages.first?["ext"] == #"{"ack":2}"#)
        #expect(connect(2).status == nil)
    }

    @Test func `clients that did not ask for it get that reply as ever`() {
        var options = ServerOptions()
        options.longPolling.common.allowMessageDeliveryDuringHandshake = true
        let test = TestServer(options: options)
        test.server.addExtension(AcknowledgedMessagesExtension())
        test.server.addListener(.sessionAdded { session, _ in session.deliver(nil, on: "/welcome") })
        let handshake = test.post(#"[{"channel":"/meta/handshake"}]"#)
        #expect(handshake.messages.map { $0["channel"] } == ["/welcome", "/meta/handshake"])
        #expect(handshake.messages.last?["ext"] == nil)
    }

    @Test func `what a listener drops or merges on its way out comes again as it was sent`() async throws {
        let peer = self.subscriber()
        let session = try #require(await self.test.server.session(peer.clientID))
        let token = session.addListener(.dequeued { _, messages in messages.removeFirst() })
        self.publish(1...3)
        #expect(self.data(peer.connect(acknowledging: 1)) == ["2", "3"])
        session.removeListener(token)
        #expect(self.data(peer.connect(acknowledging: 1)) == ["2", "3"])
    }

    /// Keeps replies to connects waiting.
    private struct Slow: BayeuxExtension {
        let gate: Gate
        var scope: ExtensionScope { .outgoingMeta }

        func outgoing(
            _ message: inout BayeuxMessage,
            to session: ServerSession?,
            from sender: ServerSession?
        ) async throws -> Bool {
            if message.channel == "/meta/connect" { await self.gate.wait() }
            return true
        }
    }

    @Test func `messages are with the later of two connects while an extension still looks at the first reply`() {
        let peer = self.subscriber()
        let gate = Gate()
        self.test.server.addExtension(Slow(gate: gate))
        let first = peer.connect(acknowledging: 1)
        self.publish(1...1)
        #expect(first.status == nil)
        let second = peer.connect(acknowledging: 1)
        gate.open()
        self.test.settle()
        #expect(first.status == 500)
        #expect(self.data(second) == ["1"])
        #expect(second.messages.first?["ext"] == #"{"ack":2}"#)
        let third = peer.connect(acknowledging: 2)
        gate.open()
        self.test.settle()
        #expect(third.status == nil)
    }
}

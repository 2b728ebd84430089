import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// Plays clients that lose answers and change their transport, and checks that they get everything once, in order.
@Suite struct AcknowledgementModelTests {
    /// A client beside the server: what it has got is what it must have got.
    private final class Client {
        let test: TestServer
        let id: String
        var socket: TestWebSocket?
        var request: TestRequest?
        var batch = -1
        var received: [Int?] = []

        init(_ test: TestServer) {
            self.test = test
            let handshake = test.post(#"[{"channel":"/meta/handshake","ext":{"ack":true}}]"#)
            self.id = handshake.messages.first?["clientId"] ?? ""
            self.connect()
            _ = test.post(#"[{"channel":"/meta/subscribe","clientId":"\#(self.id)","subscription":"/news"}]"#)
        }

        func connect() {
            let json = #"[{"channel":"/meta/connect","clientId":"\#(self.id)","ext":{"ack":\#(self.batch)}}]"#
            if let socket = self.socket { socket.send(json) } else { self.request = self.test.post(json) }
        }

        /// The connection breaks, with whatever was on it; another one takes its place.
        func move(toWebSocket: Bool) {
            self.request?.abort()
            self.request = nil
            self.socket?.close()
            self.socket = toWebSocket ? self.test.openWebSocket() : nil
            self.connect()
        }

        /// Takes the answer to the connect, if it is there, and sends the next connect.
        ///
        /// - Parameter isLost: Whether the answer never arrives: the same connect is sent again.
        /// - Returns: Whether an answer was there.
        func poll(isLost: Bool) -> Bool {
            if let socket = self.socket {
                let messages = socket.takeMessages()
                guard !messages.isEmpty else { return false }
                // A WebSocket loses nothing unless it breaks.
                guard !isLost else {
                    self.move(toWebSocket: true)
                    return true
                }
                self.receive(messages)
            } else {
                guard let request = self.request, request.status != nil else { return false }
                if !isLost { self.receive(request.messages) }
            }
            self.connect()
            return true
        }

        private func receive(_ messages: [TestMessage]) {
            self.batch = messages.first?.json["ext"]?["ack"]?.intValue ?? self.batch
            self.received += messages.filter { $0["channel"] == "/news" }.map { $0.json["data"]?["n"]?.intValue }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `clients that lose answers and change transports get every message once, in order`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var options = ServerOptions()
        options.longPolling.trustClientSession = true
        let test = TestServer(options: options)
        test.server.addExtension(AcknowledgedMessagesExtension())
        let news = try test.server.channel("/news")
        let client = Client(test)
        var published = 0
        for _ in 1...200 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                for _ in 0..<Int.random(in: 1...5, using: &random) {
                    let ballast = String(repeating: "x", count: Int.random(in: 0..<3000, using: &random))
                    var message = BayeuxMessage(
                        channel: "/news",
                        data: try JSONBytes(#"{"n":\#(published),"x":"\#(ballast)"}"#)
                    )
                    message.isLazy = Int.random(in: 0..<4, using: &random) == 0
                    news.publish(message)
                    published += 1
                }
                test.settle()
            case 4..<7:
                _ = client.poll(isLost: Int.random(in: 0..<3, using: &random) == 0)
            case 7:
                client.move(toWebSocket: Bool.random(using: &random))
            default:
                _ = client.poll(isLost: false)
                test.advance(by: .milliseconds(Int.random(in: 0..<3000, using: &random)))
            }
        }
        for _ in 1...1000 where client.received.count < published {
            if !client.poll(isLost: false) { test.advance(by: .seconds(5.1)) }
        }
        #expect(client.received == Array(0..<published))
        #expect(test.server.sessionCount == 1)
    }
}

import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// Random and mutated messages: the engine answers each of them and nobody else notices.
@Suite struct EngineFuzzTests {
    private static let values = [
        "null", "true", "0", "-1", "1e400", "123456789012345678901234567890", #""""#, #""x""#, #""/a""#, #""/a/*""#,
        #""/meta/connect""#, #""/meta/handshake""#, #""/meta/subscribe""#, #""/meta/unsubscribe""#, #""/meta/x""#,
        #""/meta/disconnect""#, #""/service/a""#, #""/a//b""#, #""\u0000""#, #""\ud83d\ude00""#, "[]", "{}",
        #"["/a",7,null]"#, #"["/a","/b/**"]"#, #"{"timeout":0}"#, #"{"timeout":-1e9,"interval":1e300}"#, #""ID""#,
        #""ID""#,
    ]
    private static let keys = MessageField.allCases.map(\.rawValue) + ["x", "cha\\u006enel"]

    private func randomMessage(_ clientID: String, _ generator: inout SeededGenerator) -> String {
        let members = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            let key = Self.keys.randomElement(using: &generator) ?? ""
            let value = Self.values.randomElement(using: &generator) ?? ""
            return "\"\(key)\":\(value)"
        }
        // Half of them go further than the session check.
        let sender = Bool.random(using: &generator) ? ["\"clientId\":\"ID\""] : []
        return "{\((members + sender).joined(separator: ","))}".replacing("ID", with: clientID)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `whatever comes, every message is answered and healthy sessions go on`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let test = TestServer()
        let healthy = test.openWebSocket()
        let healthyID = healthy.handshakeAndConnect()
        healthy.subscribe(healthyID, to: "/healthy")
        var socket = test.openWebSocket()
        var clientID = socket.handshakeAndConnect()
        var poller = LongPollingPeer(test)

        for round in 0..<700 {
            let messages = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                self.randomMessage(round % 2 == 0 ? clientID : poller.clientID, &generator)
            }
            if round % 2 == 0 {
                socket.send("[\(messages.joined(separator: ","))]")
            } else {
                let request = poller.send(messages.joined(separator: ","))
                // Unless it is held, a request has a reply to each of its messages.
                let replies = request.messages.filter { $0["successful"] != nil }
                #expect(request.status == nil || replies.count >= messages.count, "\(messages)")
                #expect(request.answerCount <= 1)
            }
            if round % 50 == 0 {
                test.advance(by: .seconds(1))
                _ = healthy.takeFrames()
                healthy.publish(healthyID, to: "/healthy", data: "\(round)")
                #expect(healthy.takeMessages().first?["data"] == "\(round)")
                socket = test.openWebSocket()
                clientID = socket.handshakeAndConnect()
                poller = LongPollingPeer(test)
            }
        }
        #expect(socket.endedBatches > 0)
        test.advance(by: .seconds(60 * 60))
        #expect(test.server.sessionCount == 0)
    }

    @Test func `bytes in the place of messages are refused as a whole`() {
        var generator = SeededGenerator(seed: 4)
        let test = TestServer()
        let peer = LongPollingPeer(test)
        let message = Array(#"{"channel":"/a","clientId":"\#(peer.clientID)","data":{"x":[1,2]},"id":"1"}"#.utf8)
        for _ in 0..<2000 {
            var bytes = message
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let request = peer.send(String(decoding: bytes, as: UTF8.self))
            #expect(request.answerCount == 1)
        }
        #expect(peer.publish("/a").messages.first?["successful"] == "true")
    }
}

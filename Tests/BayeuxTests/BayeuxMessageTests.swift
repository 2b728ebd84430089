import NIOCore
import Testing

@testable import Bayeux

@Suite struct BayeuxMessageTests {
    private func message(_ text: String) throws -> BayeuxMessage {
        let buffer = ByteBuffer(string: text)
        var envelopes: ContiguousArray<MessageEnvelope> = []
        _ = try BatchScanner.scan(buffer, into: &envelopes)
        return BayeuxMessage(buffer, try #require(envelopes.first))
    }

    private func encoded(_ message: BayeuxMessage) -> String {
        var buffer = ByteBuffer()
        message.encode(into: &buffer)
        return String(buffer: buffer)
    }

    @Test func `a message that nobody changes leaves as it came`() throws {
        let text = #"{ "channel" : "/a", "n":[1.10, 12345678901234567890,1e400], "data" : null }"#
        #expect(self.encoded(try self.message(text)) == text)
    }

    @Test func `changing a field keeps the others, unknown ones too`() throws {
        var message = try self.message(#"{"channel":"/a","x":{"n":1.10},"data":1,"id":"7"}"#)
        let original = message
        message.data = try JSONBytes(#"{"n":2.50}"#)
        message.id = nil
        message["y"] = try JSONBytes("true")
        #expect(self.encoded(message) == #"{"channel":"/a","x":{"n":1.10},"data":{"n":2.50},"y":true}"#)
        #expect(original.id == "7")
        #expect(message["x"].map { String(buffer: $0.buffer) } == #"{"n":1.10}"#)
    }

    @Test func `fields of a wrong type are nil, and their JSON is still there`() throws {
        let message = try self.message(
            #"{"channel":7,"clientId":[],"id":{},"successful":"true","error":1,"advice":"x"}"#
        )
        #expect(message.channel == nil)
        #expect(message.clientID == nil)
        #expect(message.id == nil)
        #expect(message.isSuccessful == nil)
        #expect(message.error == nil)
        #expect(message.advice == nil)
        #expect(message[.channel]?.intValue == 7)
    }

    @Test func `the payload is decoded when it is asked for`() throws {
        struct Chat: Codable, Equatable { var user: String, text: String }
        let message = try self.message(#"{"channel":"/chat","data":{"user":"bob","text":"hi"}}"#)
        #expect(try message.data(as: Chat.self) == Chat(user: "bob", text: "hi"))
        #expect(throws: DecodingError.self) { try BayeuxMessage(channel: "/a").data(as: Chat.self) }
    }

    @Test func `an advice is read with whatever it has`() throws {
        let message = try self.message(
            #"{"advice":{"reconnect":"handshake","interval":5,"timeout":1.5e3,"multiple-clients":true,"maxInterval":"x"}}"#
        )
        #expect(
            message.advice
                == Advice(
                    reconnect: .handshake,
                    interval: .milliseconds(5),
                    timeout: .milliseconds(1500),
                    hasMultipleClients: true
                )
        )
    }

    @Test func `an advice without members is an empty object`() {
        var buffer = ByteBuffer()
        Advice().encode(into: &buffer)
        #expect(String(buffer: buffer) == "{}")
    }

    @Test(arguments: [
        (Advice(hosts: ["a:1", "b"]), #"{"hosts":["a:1","b"]}"#),
        (Advice(reconnect: .retry, hosts: ["a"]), #"{"hosts":["a"],"reconnect":"retry"}"#),
        (
            Advice(reconnect: Advice.Reconnect.none, hasMultipleClients: false),
            #"{"multiple-clients":false,"reconnect":"none"}"#
        ),
        (
            Advice(
                reconnect: .handshake,
                interval: .zero,
                timeout: .seconds(30),
                maxInterval: .milliseconds(Int64.max)
            ),
            #"{"interval":0,"timeout":30000,"maxInterval":4611686018427387807,"reconnect":"handshake"}"#
        ),
    ])
    func `an advice is written with whatever it has`(advice: Advice, text: String) {
        var buffer = ByteBuffer()
        advice.encode(into: &buffer)
        #expect(String(buffer: buffer) == text)
    }

    @Test(
        arguments: [
            ("0", 0), ("9", 9), ("29999.9", 29999), ("1e3", 1000), ("-7", -1), ("999999999999999", 31_536_000_000),
            ("1000000000000000", 31_536_000_000), ("1e400", nil), ("\"5\"", nil), ("null", nil),
        ] as [(String, Int?)]
    )
    func `times of an advice are read however they are written`(text: String, milliseconds: Int?) throws {
        let advice = try #require(Advice(ofConnect: try JSONBytes(#"{"timeout":\#(text)}"#)))
        #expect(advice.timeout == milliseconds.map { .milliseconds($0) })
    }

    @Test(arguments: [0, 9, 10, 99, 100, -1, -10, 123_456, Int.max, Int.min])
    func `integers are written in decimal`(value: Int) {
        var buffer = ByteBuffer()
        buffer.writeDecimal(value)
        buffer.writeGathered(upTo: 2 * GatheredBytes.longestDecimal + 1) { text in
            text.append(decimal: value)
            text.append(";")
            text.append(decimal: value)
        }
        #expect(String(buffer: buffer) == "\(value)\(value);\(value)")
    }

    @Test func `an error's reason cannot break its form`() {
        #expect(BayeuxError(.publishDenied, reason: "a:b").text(in: .cometd5) == "403:a b:publish_denied")
    }
}

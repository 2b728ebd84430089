import Bayeux
import NIOCore
import Testing

@Suite struct BinaryDataTests {
    let hello = ByteBuffer(bytes: [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b] as [UInt8])

    private func message(data: String?, ext: String? = #"{"binary":{}}"#) throws -> BayeuxMessage {
        var message = BayeuxMessage(channel: "/binary", data: try data.map { try JSONBytes($0) })
        message.ext = try ext.map { try JSONBytes($0) }
        return message
    }

    @Test func `a message with bytes has CometD's form`() throws {
        var message = BayeuxMessage(channel: "/binary", binary: BinaryData(self.hello))
        #expect(message.data?.description == #"{"data":"HelloWorld","last":true}"#)
        #expect(message.ext?.description == #"{"binary":{}}"#)
        message.setBinaryData(BinaryData(self.hello, isLast: false, metadata: ["content-type": "image/png"]))
        #expect(
            message.data?.description == #"{"data":"HelloWorld","last":false,"meta":{"content-type":"image/png"}}"#
        )
        #expect(try message.binaryData?.metadata == ["content-type": "image/png"])
    }

    @Test func `the book's message is read`() throws {
        let data = #"{ "data": "HelloWorld", "last": true, "meta": { "content-type": "image/png" } }"#
        let binary = try #require(try self.message(data: data).binaryData)
        #expect(binary == BinaryData(self.hello, metadata: ["content-type": "image/png"]))
    }

    @Test(arguments: [nil, "{}", #"{"binary":null}"#, #"{"ack":true}"#, "[]", "\"binary\""])
    func `without ext.binary there are no bytes`(ext: String?) throws {
        #expect(try self.message(data: #"{"data":"HelloWorld","last":true}"#, ext: ext).binaryData == nil)
    }

    @Test func `other members of the ext stay`() throws {
        var message = try self.message(data: nil, ext: #"{"token":"x"}"#)
        message.setBinaryData(BinaryData([] as [UInt8]))
        #expect(message.ext?.description == #"{"token":"x","binary":{}}"#)
        message.ext = try JSONBytes(#"{"binary":{"v":1}}"#)
        message.setBinaryData(BinaryData([] as [UInt8]))
        #expect(message.ext?.description == #"{"binary":{"v":1}}"#)
        #expect(message.data?.description == #"{"data":"","last":true}"#)
    }

    @Test func `a text with escapes is read`() throws {
        // The bytes 0x62 to 0x65 have a slash in their text, which some encoders escape, and so has "\u003c".
        let plain = #"{"data":"<>/&!","last":true}"#
        let escaped = #"{"data":"\u003c\u003e\/\u0026!","last":true}"#
        let bytes = try #require(try self.message(data: plain).binaryData)
        #expect(bytes.bytes.readableBytes == 4)
        #expect(try self.message(data: escaped).binaryData == bytes)
    }

    @Test(
        arguments: [
            (nil, .notAnObject), ("null", .notAnObject), ("\"HelloWorld\"", .notAnObject), ("[]", .notAnObject),
            ("{}", .dataInvalid), (#"{"data":7,"last":true}"#, .dataInvalid),
            (#"{"data":null,"last":true}"#, .dataInvalid),
            (#"{"data":"HelloWorld"}"#, .lastInvalid), (#"{"data":"HelloWorld","last":"true"}"#, .lastInvalid),
            (#"{"data":"HelloWorld","last":1}"#, .lastInvalid),
            (#"{"data":"HelloWorld","last":true,"meta":[]}"#, .metaInvalid),
            (#"{"data":"HelloWorld","last":true,"meta":"png"}"#, .metaInvalid),
        ] as [(String?, BinaryDataError.Code)]
    )
    func `announced bytes of another form are an error`(data: String?, code: BinaryDataError.Code) throws {
        let message = try self.message(data: data)
        #expect(throws: BinaryDataError(code)) { try message.binaryData }
    }

    @Test func `an undecodable text is an error with its place`() throws {
        let plain = try self.message(data: #"{"data":"Hello\u0020orld","last":true}"#)
        let expected = BinaryDataError(.dataInvalid, cause: Z85Error(.illegalCharacter, offset: 5))
        #expect(throws: expected) { try plain.binaryData }
        let truncated = try self.message(data: #"{"data":"HelloW","last":true}"#)
        #expect(throws: BinaryDataError(.dataInvalid, cause: Z85Error(.truncated, offset: 6))) {
            try truncated.binaryData
        }
        #expect("\(expected)" == "data is not Z85: illegal character in Z85 at byte 5")
    }

    @Test func `absent and null meta are none`() throws {
        let none = try self.message(data: #"{"data":"","last":true,"meta":null}"#).binaryData
        #expect(none == BinaryData(ByteBuffer()))
    }

    @Test func `bytes are coded inside other payloads`() throws {
        struct File: Codable, Equatable {
            var name: String
            var content: BinaryData
        }
        let file = File(name: "a.bin", content: BinaryData(self.hello, isLast: false))
        let json = try JSONBytes(encoding: file)
        #expect(json.description == #"{"name":"a.bin","content":{"data":"HelloWorld","last":false}}"#)
        #expect(try json.decode(File.self) == file)
        #expect(throws: BinaryDataError(.lastInvalid)) {
            try JSONBytes(#"{"name":"a","content":{"data":""}}"#).decode(File.self)
        }
    }
}

import Bayeux
import Foundation
import NIOCore
import Testing

@Suite struct PayloadCoderTests {
    /// The example of the documentation.
    struct FoundationCoder: PayloadCoder {
        func decode<Payload: Decodable>(_ type: Payload.Type, from json: JSONBytes) throws -> Payload {
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            return try decoder.decode(type, from: Data(json.buffer.readableBytesView))
        }

        func encode(_ payload: some Encodable) throws -> JSONBytes {
            let encoder = JSONEncoder()
            encoder.dateEncodingStrategy = .iso8601
            return try JSONBytes(checking: ByteBuffer(bytes: encoder.encode(payload)))
        }
    }

    /// Writes whatever it is told to.
    struct Careless: PayloadCoder {
        let text: String

        func decode<Payload: Decodable>(_ type: Payload.Type, from json: JSONBytes) throws -> Payload {
            try json.decode(type)
        }

        func encode(_ payload: some Encodable) throws -> JSONBytes {
            try JSONBytes(checking: ByteBuffer(string: self.text))
        }
    }

    struct Meeting: Codable, Equatable {
        var start: Date
    }

    @Test func `a library of the application decides about dates`() throws {
        let coder = FoundationCoder()
        let meeting = Meeting(start: Date(timeIntervalSince1970: 1_700_000_000))
        let json = try JSONBytes(encoding: meeting, using: coder)
        #expect(json.description == #"{"start":"2023-11-14T22:13:20Z"}"#)
        let message = BayeuxMessage(channel: "/meetings", data: json)
        #expect(try message.data(as: Meeting.self, using: coder) == meeting)
        #expect(throws: DecodingError.self) { try message.data(as: Meeting.self) }
        // The coder may be chosen at run time.
        let chosen: any PayloadCoder = coder
        #expect(try json.decode(Meeting.self, using: chosen) == meeting)
    }

    @Test func `a message without data is an error with every coder`() {
        #expect(throws: DecodingError.self) {
            try BayeuxMessage(channel: "/a").data(as: Meeting.self, using: FoundationCoder())
        }
    }

    @Test(arguments: ["", "1 2", "{\"a\":}", "NaN", "[1,]", "\"a"])
    func `what a library writes must be one JSON value`(text: String) {
        #expect(throws: JSONError.self) { try JSONBytes(encoding: 1, using: Careless(text: text)) }
    }

    @Test func `our own coder is one of them, with what types find in it`() throws {
        struct Named: Codable {
            var name: String?

            init(from decoder: any Decoder) throws {
                self.name = CodingUserInfoKey(rawValue: "name").flatMap { decoder.userInfo[$0] as? String }
            }
        }
        let key = try #require(CodingUserInfoKey(rawValue: "name"))
        let coder = DefaultPayloadCoder(userInfo: [key: "found"])
        #expect(try JSONBytes("{}").decode(Named.self, using: coder).name == "found")
        #expect(try JSONBytes(encoding: [1, 2], using: DefaultPayloadCoder()).description == "[1,2]")
    }
}

import Bayeux
import Testing

/// Our values in the encoders and decoders of other modules, which know nothing of them.
@Suite("JSON foreign coding")
struct JSONForeignCodingTests {
    /// Hides that an encoder is ours.
    struct ForeignEncoder: Encoder {
        let base: any Encoder

        var codingPath: [any CodingKey] { self.base.codingPath }
        var userInfo: [CodingUserInfoKey: Any] { self.base.userInfo }

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            self.base.container(keyedBy: type)
        }

        func unkeyedContainer() -> any UnkeyedEncodingContainer { self.base.unkeyedContainer() }

        func singleValueContainer() -> any SingleValueEncodingContainer { self.base.singleValueContainer() }
    }

    /// Hides that a decoder is ours.
    struct ForeignDecoder: Decoder {
        let base: any Decoder

        var codingPath: [any CodingKey] { self.base.codingPath }
        var userInfo: [CodingUserInfoKey: Any] { self.base.userInfo }

        func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
            try self.base.container(keyedBy: type)
        }

        func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try self.base.unkeyedContainer() }

        func singleValueContainer() throws -> any SingleValueDecodingContainer { try self.base.singleValueContainer() }
    }

    struct Foreign<Value: Codable>: Codable {
        let value: Value

        init(_ value: Value) { self.value = value }

        init(from decoder: any Decoder) throws { self.value = try Value(from: ForeignDecoder(base: decoder)) }

        func encode(to encoder: any Encoder) throws { try self.value.encode(to: ForeignEncoder(base: encoder)) }
    }

    @Test(arguments: [
        "null", "true", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "0.5", "1e+300",
        "\"a\\n\"", "[]", "[1,null,[true]]", "{}", #"{"b":1,"a":{"c":[]}}"#,
    ])
    func `any value passes through`(text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(encoding: Foreign(value)) == value)
        #expect(try value.decode(Foreign<JSONValue>.self).value == value)
        #expect(try JSONBytes(encoding: Foreign(JSONBytes(value))).description == text)
        #expect(try JSONBytes(text).decode(Foreign<JSONBytes>.self).value.description == text)
    }

    @Test(arguments: [("1.0", "1"), ("1e2", "100"), ("0.10", "0.1"), ("1E400", nil)] as [(String, String?)])
    func `a number loses its spelling`(text: String, result: String?) throws {
        let number = try #require(JSONNumber(text))
        #expect((try? JSONBytes(encoding: Foreign(number)))?.description == result)
        #expect((try? JSONBytes(text).decode(Foreign<JSONNumber>.self))?.value.text == result)
    }

    @Test func `objects and numbers must be such`() throws {
        #expect(try JSONBytes(#"{"a":1}"#).decode(Foreign<JSONObject>.self).value == ["a": 1])
        #expect(try JSONBytes(encoding: Foreign(["a": 1] as JSONObject)).description == #"{"a":1}"#)
        #expect(throws: DecodingError.self) { try JSONBytes("[]").decode(Foreign<JSONObject>.self) }
        #expect(throws: DecodingError.self) { try JSONBytes("null").decode(Foreign<JSONObject>.self) }
        #expect(throws: DecodingError.self) { try JSONBytes("\"1\"").decode(Foreign<JSONNumber>.self) }
    }
}

import Bayeux
import NIOCore
import Testing

@Suite("JSONBytes")
struct JSONBytesTests {
    @Test func `white space around the value is cut off, inside it stays`() throws {
        let json = try JSONBytes(" \n[1, 2]\t")
        #expect(json.description == "[1, 2]")
        #expect(json.buffer == ByteBuffer(string: "[1, 2]"))
    }

    @Test func `only the readable bytes of a buffer count`() throws {
        var buffer = ByteBuffer(string: "x{\"a\":[1]}y")
        buffer.moveReaderIndex(forwardBy: 1)
        buffer.moveWriterIndex(to: buffer.writerIndex - 1)
        let json = try JSONBytes(checking: buffer)
        #expect(json.description == "{\"a\":[1]}")
        #expect(json["a"]?.elements().first?.intValue == 1)
        #expect(json.value() == ["a": [1]])
    }

    @Test func `a text is equal to one with the same bytes only`() throws {
        #expect(try JSONBytes("[1]") == JSONBytes(" [1] "))
        #expect(try JSONBytes("[1]").hashValue == JSONBytes(" [1] ").hashValue)
        #expect(try JSONBytes("[1]") != JSONBytes("[ 1 ]"))
        #expect(try JSONBytes("1") != JSONBytes("1.0"))
    }

    @Test(arguments: [
        ("{}", JSONKind.object), ("[]", .array), ("\"\"", .string), ("0", .number), ("-1", .number), ("9", .number),
        ("true", .bool), ("false", .bool), ("null", .null),
    ])
    func `the kind is told from the first byte`(text: String, kind: JSONKind) throws {
        let json = try JSONBytes(text)
        #expect(json.kind == kind)
        #expect(json.isNull == (kind == .null))
        #expect(json.value().kind == kind)
    }

    @Test(arguments: ["{}", "[]", "\"1\"", "1", "true", "null"])
    func `a value of another kind has no typed value`(text: String) throws {
        let json = try JSONBytes(text)
        #expect((json.stringValue != nil) == (json.kind == .string))
        #expect((json.boolValue != nil) == (json.kind == .bool))
        #expect((json.intValue != nil) == (json.kind == .number))
        #expect((json.doubleValue != nil) == (json.kind == .number))
        #expect(json["a"] == nil)
        #expect(json.elements().isEmpty)
    }

    @Test func `words become booleans`() throws {
        #expect(try JSONBytes("true").boolValue == true)
        #expect(try JSONBytes("false").boolValue == false)
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("42", 42), ("-42", -42), ("9223372036854775807", Int.max),
        ("-9223372036854775808", Int.min), ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.0", nil),
        ("1e3", nil), ("100000000000000000000000000000000000000", nil),
    ])
    func `only plain digits that fit are an integer`(text: String, value: Int?) throws {
        #expect(try JSONBytes(text).intValue == value)
        #expect(try JSONValue(parsing: text).intValue == value)
    }

    @Test(
        arguments: [
            ("0", 0), ("1.5", 1.5), ("-1e3", -1000), ("1E+2", 100), ("0.1", 0.1), ("5e-324", .leastNonzeroMagnitude),
            ("1e-400", 0), ("1.7976931348623157e308", .greatestFiniteMagnitude), ("1e309", nil), ("-1e309", nil),
            ("12345678901234567890", 12_345_678_901_234_567_168), ("1e99999999999999999999", nil),
        ] as [(String, Double?)]
    )
    func `a number that is not too large is a double`(text: String, value: Double?) throws {
        #expect(try JSONBytes(text).doubleValue == value)
        #expect(try JSONValue(parsing: text).doubleValue == value)
    }

    @Test func `a member is found by its name`() throws {
        let json = try JSONBytes(#" { "a" : 1 , "b" : { "a" : [ 2 ] } , "" : null , "é" : "x" } "#)
        #expect(json["a"]?.description == "1")
        #expect(json["b"]?.description == #"{ "a" : [ 2 ] }"#)
        #expect(json["b"]?["a"]?.elements().map(\.description) == ["2"])
        #expect(json[""]?.isNull == true)
        #expect(json["é"]?.stringValue == "x")
        #expect(json["c"] == nil)
        #expect(json["A"] == nil)
    }

    @Test func `an empty object has no members`() throws {
        #expect(try JSONBytes("{ }")[""] == nil)
        #expect(try JSONBytes("{}")["a"] == nil)
    }

    @Test func `the last of several members with the same name counts`() throws {
        let json = try JSONBytes(#"{"a":1,"b":2,"\u0061":3}"#)
        #expect(json["a"]?.intValue == 3)
        #expect(json.value() == ["a": 3, "b": 2])
    }

    @Test func `a name with escapes is compared by what it stands for`() throws {
        let json = try JSONBytes(#"{"\u0063\ud83d\ude00\n":1,"a\"b":2}"#)
        #expect(json["c😀\n"]?.intValue == 1)
        #expect(json["a\"b"]?.intValue == 2)
        #expect(json[#"a\"b"#] == nil)
    }

    @Test func `names are compared by their bytes`() throws {
        let json = try JSONBytes("{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(json["\u{e9}"]?.intValue == 1)
        #expect(json["e\u{301}"]?.intValue == 2)
        #expect(json.value()["e\u{301}"] == 2)
        #expect(json.value()["\u{e9}"] == 1)
    }

    @Test func `elements are slices in order`() throws {
        let json = try JSONBytes(#"[ 1 , "a,]" , [ 2 , 3 ] , {"x":[]} , null ]"#)
        #expect(json.elements().map(\.description) == ["1", #""a,]""#, "[ 2 , 3 ]", #"{"x":[]}"#, "null"])
        #expect(try JSONBytes("[ ]").elements().isEmpty)
    }

    @Test func `a value is written without white space`() {
        let value: JSONValue = ["b": [1, 2.5, nil, true, false], "a": ["x": "\n"], "c": [], "d": [:]]
        let text = #"{"b":[1,2.5,null,true,false],"a":{"x":"\n"},"c":[],"d":{}}"#
        #expect(JSONBytes(value).description == text)
        #expect(value.description == text)
        #expect(JSONBytes(value).value() == value)
    }

    @Test func `deeper texts than the parser takes by default can be trusted`() {
        let text = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        #expect(JSONBytes(trusted: ByteBuffer(string: text)).value().description == text)
    }

    @Test(arguments: [
        "", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{a", "{1", "[", "[1", "[x", "\"", "\"\\\"",
        "\"\\u1\"",
        "\"\\ud800\"", "\"\\ud800\\u\"", "-", "tru", "x",
    ])
    func `bytes that should not have been trusted do no harm`(text: String) {
        let json = JSONBytes(trusted: ByteBuffer(string: text))
        #expect(json.value().isNull)
        #expect(json["b"] == nil)
        #expect(json.elements().isEmpty)
        _ = (json.kind, json.stringValue, json.boolValue, json.intValue, json.doubleValue, json.description)
    }
}

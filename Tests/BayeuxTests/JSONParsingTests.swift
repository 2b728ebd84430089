import Bayeux
import NIOCore
import Testing

/// The grammar of RFC 8259, by the parser and by the check without decoding.
@Suite("JSON parsing")
struct JSONParsingTests {
    static let accepted: [(String, JSONValue)] = [
        ("null", nil),
        ("true", true),
        ("false", false),
        ("0", 0),
        ("-0", .number(JSONNumber(trusted: "-0"))),
        ("1.50E+03", .number(JSONNumber(trusted: "1.50E+03"))),
        ("0e0", .number(JSONNumber(trusted: "0e0"))),
        ("12345678901234567890123", .number(JSONNumber(trusted: "12345678901234567890123"))),
        (#""""#, ""),
        (#""abc""#, "abc"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (#""\u0041\u00e9\u20AC""#, "A\u{e9}\u{20ac}"),
        (#""\uD834\udd1e""#, "\u{1d11e}"),
        (#""\u0000""#, "\0"),
        (#""\ud7ff\ue000\uffff""#, "\u{d7ff}\u{e000}\u{ffff}"),
        (#""\udbff\udfff""#, "\u{10ffff}"),
        (#""\\u0041""#, "\\u0041"),
        ("\"\u{e9}\u{20ac}\u{1f600}\u{7f}\u{2028}\"", "\u{e9}\u{20ac}\u{1f600}\u{7f}\u{2028}"),
        ("[]", []),
        ("{}", [:]),
        ("[[],{},[[]]]", [[], [:], [[]]]),
        (#"{"a":1,"b":{"c":[true,null]},"":""}"#, ["a": 1, "b": ["c": [true, nil]], "": ""]),
        (#"[1,"2",{"3":[4]},5]"#, [1, "2", ["3": [4]], 5]),
        (#"{"\u0061":{"\n":0}}"#, ["a": ["\n": 0]]),
        (" \t\r\n[ 1 ,\n2\t,{ \"a\" : [ ] , \"b\" : { } } ] \r\n", [1, 2, ["a": [], "b": [:]]]),
    ]

    @Test(arguments: Self.accepted)
    func `a text that follows the grammar is accepted`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONBytes(text).value() == value)
    }

    static let malformed: [String] = [
        "", " ", "nul", "nulll", "True", "tru", "fals", "falsey", "undefined", "NaN", "Infinity", "-", "+1", "-a", "01",
        "-01", "1.", ".5", "-.5", "1.e1", "1e", "1e+", "1E-", "0x1", "1_000", "1 2", "--1", "1.2.3", "1e5.0",
        "\u{ff11}",
        "\"", "\"a", "\"\\\"", "\"\\", "\"\\u", "\"\\u00", "'a'", "\"a\"b", "a", "\"\\x41\"", "\"\\U0041\"", "\"\\a\"",
        "\"\\u00g0\"", "\"\\u 041\"", "\"\\u+041\"", "\"\\\n\"", "\"\t\"", "\"\n\"", "\"\u{0}\"", "\"\u{1f}\"",
        "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1;2]", "[1}", "[[1]", "[1]]", "[\"a\"", "[1]x", "[1],",
        "{", "}", "{]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\",1}",
        "{\"a\"1}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{\"a\":1 \"b\":2}", "{\"a\":1}}", "{\"a\":1]",
        "{\"a\"::1}",
        "{[]:1}", "{\"a\":1,,\"b\":2}", "{\"a\":}", "/**/1", "1//", "[1/**/]", "\u{feff}1", "\u{a0}1", "1\u{0}",
        "\u{c}1",
        "\u{b}1", "\u{2028}1", "[\u{c}1]",
    ]

    @Test(arguments: Self.malformed)
    func `a text that breaks the grammar is malformed`(text: String) throws {
        let error = try #require(throws: JSONError.self) { try JSONBytes(text) }
        #expect(error.code == .malformed)
        #expect((0...text.utf8.count).contains(error.offset))
        #expect(throws: error) { try JSONValue(parsing: text) }
    }

    @Test(arguments: [
        ("[1,x]", 3), ("{\"a\":tru}", 5), ("", 0), ("[1,", 3), ("[1] 2", 4), ("\"a\u{1}\"", 2), ("[\"\u{e9}\",01]", 7),
    ])
    func `an error tells the place`(text: String, offset: Int) {
        #expect(throws: JSONError(.malformed, offset: offset)) { try JSONBytes(text) }
        #expect(throws: JSONError(.malformed, offset: offset)) { try JSONValue(parsing: text) }
    }

    @Test func `an error describes itself`() {
        #expect("\(JSONError(.malformed, offset: 3))" == "malformed JSON at byte 3")
        #expect("\(JSONError(.invalidUnicode, offset: 0))" == "invalid Unicode in JSON at byte 0")
        #expect("\(JSONError(.tooDeep, offset: 64))" == "JSON nested too deeply at byte 64")
    }

    @Test(arguments: [
        #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\u0041""#, #""\ud800\ud800""#,
        #""\udc00\ud800""#, #""a\uDBFFb""#, #"{"\ud800":1}"#, #"["\udfff"]"#,
    ])
    func `half of a surrogate pair is refused`(text: String) throws {
        let error = try #require(throws: JSONError.self) { try JSONBytes(text) }
        #expect(error.code == .invalidUnicode)
        #expect(throws: error) { try JSONValue(parsing: text) }
    }

    @Test(
        arguments: [
            [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xc3, 0x28], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf],
            [0xe2, 0x82], [0xe2, 0x28, 0xa1], [0xe2, 0x82, 0x28], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
            [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x9f, 0x98], [0xf0, 0x9f, 0x98, 0x28],
            [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xfe], [0xff],
        ] as [[UInt8]]
    )
    func `bytes that are no UTF-8 are refused in values and names`(bytes: [UInt8]) throws {
        for (before, after) in [("\"", "\""), ("{\"", "\":1}"), ("[\"abcdefgh", "abcdefgh\"]")] {
            let buffer = ByteBuffer(bytes: Array(before.utf8) + bytes + Array(after.utf8))
            let error = try #require(throws: JSONError.self) { try JSONBytes(checking: buffer) }
            #expect(error.code == .invalidUnicode)
            #expect(throws: error) { try JSONValue(parsing: buffer) }
        }
    }

    @Test func `bytes that are no ASCII are malformed outside of strings`() {
        for bytes in [[0xff], [0x5b, 0xe9, 0x5d], [0xef, 0xbb, 0xbf, 0x31], [0x31, 0x00]] as [[UInt8]] {
            #expect(throws: JSONError.self) { try JSONBytes(checking: ByteBuffer(bytes: bytes)) }
            #expect(throws: JSONError.self) { try JSONValue(parsing: ByteBuffer(bytes: bytes)) }
        }
    }

    @Test func `every scalar of Unicode is read as itself`() throws {
        for range in [0x20...0xd7ff, 0xe000...0x10ffff] as [ClosedRange<UInt32>] {
            var text = ""
            for code in stride(from: range.lowerBound, through: range.upperBound, by: 61) {
                guard let scalar = Unicode.Scalar(code), scalar != "\"", scalar != "\\" else { continue }
                text.unicodeScalars.append(scalar)
            }
            #expect(try JSONValue(parsing: "\"\(text)\"") == .string(text))
        }
    }

    @Test func `every escaped code unit is read or refused`() throws {
        for unit in stride(from: 0 as UInt32, through: 0xffff, by: 7) {
            let digits = String(unit, radix: 16)
            let text = "\"\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)\""
            if let scalar = Unicode.Scalar(unit) {
                #expect(try JSONBytes(text).stringValue == String(scalar))
            } else {
                #expect(throws: JSONError(.invalidUnicode, offset: 1)) { try JSONBytes(text) }
            }
        }
    }
}

// MARK: - Depth

extension JSONParsingTests {
    /// Arrays in arrays, `depth` in all.
    private static func nested(_ depth: Int, open: String = "[", close: String = "]") -> String {
        String(repeating: open, count: depth) + String(repeating: close, count: depth)
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}"), ("[1,{\"b\":", "}]")])
    func `nesting is limited to 64 containers`(open: String, close: String) throws {
        let perLevel = open.contains("[1,{") ? 2 : 1
        let inner = open.hasSuffix(":") ? "0" : ""
        func text(_ depth: Int) -> String {
            String(repeating: open, count: depth / perLevel) + inner + String(repeating: close, count: depth / perLevel)
        }
        #expect(throws: Never.self) { try JSONBytes(text(64)) }
        #expect(throws: Never.self) { try JSONValue(parsing: text(64)) }
        let error = try #require(throws: JSONError.self) { try JSONBytes(text(66)) }
        #expect(error.code == .tooDeep)
        #expect(throws: error) { try JSONValue(parsing: text(66)) }
    }

    @Test func `an empty container counts as a level`() {
        #expect(throws: JSONError(.tooDeep, offset: 64)) { try JSONBytes(Self.nested(65)) }
        #expect(throws: JSONError(.tooDeep, offset: 64)) { try JSONValue(parsing: Self.nested(65)) }
        #expect(throws: JSONError(.tooDeep, offset: 0)) { try JSONValue(parsing: "[]", maxDepth: 0) }
        #expect(throws: JSONError(.tooDeep, offset: 0)) {
            try JSONBytes(checking: ByteBuffer(string: "{}"), maxDepth: 0)
        }
    }

    @Test func `a scalar has no depth`() throws {
        #expect(try JSONValue(parsing: "1", maxDepth: 0) == 1)
    }

    @Test func `containers beside each other do not add up`() throws {
        let text = "[" + Array(repeating: "[[]],{\"a\":{}}", count: 200).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: text, maxDepth: 3).arrayValue?.count == 400)
    }

    @Test func `a million brackets are refused without recursion`() {
        let buffer = ByteBuffer(repeating: 0x5b, count: 1_000_000)
        #expect(throws: JSONError(.tooDeep, offset: 64)) { try JSONBytes(checking: buffer) }
        #expect(throws: JSONError(.tooDeep, offset: 64)) { try JSONValue(parsing: buffer) }
        #expect(throws: JSONError(.malformed, offset: 1_000_000)) { try JSONBytes(checking: buffer, maxDepth: .max) }
    }

    @Test(arguments: [63, 64, 65, 128, 129, 500])
    func `the limit can be raised`(depth: Int) throws {
        let text = Self.nested(depth)
        let json = try JSONBytes(checking: ByteBuffer(string: text), maxDepth: depth)
        #expect(json.value().description == text)
        #expect(try JSONValue(parsing: text, maxDepth: depth).description == text)
        #expect(throws: JSONError(.tooDeep, offset: depth - 1)) { try JSONValue(parsing: text, maxDepth: depth - 1) }
    }
}

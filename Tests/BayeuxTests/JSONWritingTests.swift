import Bayeux
import NIOCore
import Testing

/// The writer of strings and values.
@Suite("JSON writing")
struct JSONWritingTests {
    private static func written(_ string: some StringProtocol) -> String {
        var buffer = ByteBuffer()
        buffer.writeJSONString(string)
        return String(buffer: buffer)
    }

    @Test(arguments: [
        ("", #""""#), ("a", #""a""#), ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#),
        ("\u{8}\t\n\u{c}\r", #""\b\t\n\f\r""#), ("\0", #""\u0000""#), ("\u{b}\u{1f}\u{1a}", #""\u000b\u001f\u001a""#),
        ("\u{7f}", "\"\u{7f}\""), ("é€😀", #""é€😀""#), ("\u{2028}\u{2029}", "\"\u{2028}\u{2029}\""),
        ("a\"b\\c\nd", #""a\"b\\c\nd""#), ("\"\"", #""\"\"""#), ("é\"é", #""é\"é""#),
    ])
    func `only what must be escaped is`(string: String, text: String) {
        #expect(Self.written(string) == text)
        #expect(JSONBytes(.string(string)).description == text)
    }

    @Test func `every character is written so that it can be read again, wherever it stands`() throws {
        for code in (0...0x120 as ClosedRange<UInt32>) {
            let character = try String(#require(Unicode.Scalar(code)))
            for before in 0...17 {
                let string =
                    String(repeating: "x", count: before) + character + String(repeating: "y", count: 17 - before)
                #expect(try JSONBytes(Self.written(string)).stringValue == string)
            }
        }
    }

    @Test func `a part of a string is written as itself`() {
        let string = "abc\"déf\"ghi"
        #expect(Self.written(string.dropFirst(3).dropLast(3)) == #""\"déf\"""#)
    }

    @Test func `writing appends to what the buffer holds`() {
        var buffer = ByteBuffer(string: "[")
        buffer.writeJSONString("a")
        buffer.writeString(",")
        buffer.writeJSONValue(["b": "\n"])
        buffer.writeString("]")
        #expect(String(buffer: buffer) == #"["a",{"b":"\n"}]"#)
    }

    @Test func `names are escaped too`() {
        #expect(JSONBytes(["a\"\n": 1]).description == #"{"a\"\n":1}"#)
    }

    @Test func `a long string with many escapes is written whole`() throws {
        let string = String(repeating: "\u{1}\"abcdefghijk", count: 10_000)
        let json = try JSONBytes(Self.written(string))
        #expect(json.stringValue == string)
        #expect(json.value() == .string(string))
    }
}

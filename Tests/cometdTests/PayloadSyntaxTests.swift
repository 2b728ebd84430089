import Bayeux
import Testing

@testable import cometd

@Suite("PayloadSyntax")
struct PayloadSyntaxTests {
    @Test(arguments: ["1", " {\"a\": [1, 2.50]} ", "\"x\"", "null"])
    func `JSON is sent as it is`(text: String) throws {
        let expected = try JSONBytes(text)

        #expect(try PayloadSyntax.json.payload(text, from: "the payload") == expected)
    }

    @Test(arguments: ["hello", "", "{\"a\":1}", "two\nlines"])
    func `text is sent as a string`(text: String) throws {
        #expect(try PayloadSyntax.text.payload(text, from: "the payload") == JSONBytes(.string(text)))
    }

    @Test(arguments: ["hello", "", "{\"a\":}", "1 2", "{\n"])
    func `what is no JSON is a usage error that tells of --text`(text: String) {
        #expect {
            try PayloadSyntax.json.payload(text, from: "line 3")
        } throws: { error in
            guard let failure = error as? CommandFailure else { return false }
            return failure.code == .usage && failure.message.hasPrefix("line 3 is not valid JSON")
                && failure.message.contains("--text") && !failure.message.contains("\n")
        }
    }
}

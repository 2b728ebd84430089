import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct RegexFilterTests {
    private func replace(_ pattern: String, in text: String, with replacement: String = "_") throws -> String? {
        let filter = try RegexFilter([RegexFilter.Rule(pattern, replacement: replacement)])
        return try filter.filter(.string(text), from: nil, channel: ChannelID("/a")).stringValue
    }

    @Test(
        arguments: [
            ("b", "abcb", "a_c_"), ("bc", "abcbc", "a__"), ("", "ab", "_a_b_"), ("x*", "axxb", "_a__b_"),
            ("a+", "caaat", "c_t"), ("a+?", "caat", "c__t"), ("colou?r", "color colour", "_ _"),
            ("a|ab", "ab", "_b"), ("ab|a", "ab", "_"), ("(a|ab)(c|bcd)", "abcd", "_"),
            ("a.c", "abc a\nc a€c", "_ a\nc _"),
            ("[a-c]+", "xabcy", "x_y"), ("[^a-c]+", "xabcy", "_abc_"), ("[]]", "a]", nil), ("[a\\]]", "a]", "__"),
            ("[a-]", "a-b", "__b"), ("[\\d.]+", "v1.2", "v_"), ("[\\D]", "1a", "1_"), ("[^\\s]+", "a b", "_ _"),
            ("\\d{3}", "1234567", "__7"), ("\\d{2,}", "1 22 333", "1 _ _"), ("\\d{1,2}", "12345", "___"),
            ("\\d{1,2}?", "123", "___"), ("a{0}b", "ab", "a_"), ("^a", "aa", "_a"), ("a$", "aa", "a_"),
            ("^$", "", "_"), ("^$", "a", "a"), ("\\bcat\\b", "cat concat cat.", "_ concat _."),
            ("\\Bcat", "cat concat", "cat con_"),
            ("(?i)dArN", "Darn DARN é", "_ _ é"), ("(?i)[x-z]", "XyZ", "___"), ("(?:ab)+", "ababa", "_a"),
            ("(ab)*c", "ababc c", "_ _"), ("(a*)*b", "aab", "_"), ("(a|b*)*c", "abbac", "_"),
            ("\\u00e9|\\u{1F600}", "é\u{1F600}", "__"),
            ("\\.\\*\\\\", ".*\\", "_"), ("a||b", "ab", "__b_"), ("()", "a", "_a_"),
            ("\\t\\n\\r\\f", "\t\n\r\u{c}", "_"),
            ("\\w\\W\\S\\s", "a- -b ", "a- -b "), ("\\w\\W\\S\\s", "a--\t", "_"), ("a.*z|a", "aaa", "___"),
            ("a{2}{3}", "", nil),
            ("<[^>]*>", "a<b>c</b>", "a_c_"), ("(((a)))", "a", "_"),
        ] as [(String, String, String?)]
    )
    func `patterns match as in other dialects`(pattern: String, text: String, result: String?) throws {
        guard let result else {
            #expect(throws: RegexFilterError.self) { try self.replace(pattern, in: text) }
            return
        }
        #expect(try self.replace(pattern, in: text) == result)
    }

    @Test(
        arguments: [
            ("(", .malformed, 1), (")", .malformed, 0), ("a)", .malformed, 1), ("[", .malformed, 1),
            ("[a", .malformed, 2),
            ("[]", .malformed, 1), ("*", .malformed, 0), ("a**", .malformed, 2), ("^*", .malformed, 1),
            ("\\", .malformed, 1),
            ("a{", .malformed, 2), ("a{2", .malformed, 3), ("a{3,2}", .malformed, 5), ("a{,2}", .malformed, 2),
            ("}", .malformed, 0), ("[z-a]", .malformed, 2), ("[a-\\d]", .malformed, 2), ("\\u12", .malformed, 2),
            ("\\u{d800}", .malformed, 2), ("\\u{}", .malformed, 2), ("\\u{110000}", .malformed, 2),
            ("(a)\\1", .unsupported, 4), ("(?=a)", .unsupported, 2), ("(?<!a)", .unsupported, 2),
            ("(?<n>a)", .unsupported, 2),
            ("a++", .unsupported, 2), ("\\p{L}", .unsupported, 1), ("a(?i)b", .unsupported, 3),
            ("[[:alpha:]]", .unsupported, 1),
            ("a{10001}", .tooLarge, 2), ("a{99999999999999999999}", .tooLarge, 2),
            ("((a{100}){100}){100}", .tooLarge, 20),
            ("(){10000}(){10000}", .tooLarge, 18),
        ] as [(String, RegexFilterError.Code, Int)]
    )
    func `a pattern that is not understood is an error with its place`(
        pattern: String,
        code: RegexFilterError.Code,
        offset: Int
    ) {
        #expect(throws: RegexFilterError(code, in: pattern, offset: offset)) {
            try RegexFilter([RegexFilter.Rule(pattern)])
        }
    }

    @Test func `deep nesting of groups is an error`() {
        let pattern = String(repeating: "(", count: 100_000)
        let error = #expect(throws: RegexFilterError.self) { try RegexFilter([RegexFilter.Rule(pattern)]) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `rules apply one after the other, to strings at every depth`() throws {
        let filter = try RegexFilter([
            RegexFilter.Rule("a", replacement: "bb"), RegexFilter.Rule("bb", replacement: "$0"),
        ])
        let data: JSONValue = ["a": ["a", 1, nil, ["x": "ca"]], "b": true]
        #expect(
            try filter.filter(data, from: nil, channel: ChannelID("/a"))
                == ["a": ["$0", 1, nil, ["x": "c$0"]], "b": true]
        )
    }

    @Test func `a rule without replacement refuses`() throws {
        let test = TestServer()
        let filter = try RegexFilter([RegexFilter.Rule(#"\d{16}"#), RegexFilter.Rule("(?i)darn", replacement: "****")])
        try test.server.channel("/chat").addListener(.filtering(with: filter))
        let peer = LongPollingPeer(test)
        peer.subscribe("/chat")
        #expect(peer.publish("/chat", data: #""Darn!""#).messages.first?["data"] == "****!")
        let refused = peer.publish("/chat", data: #"{"text":"my card is 1234567812345678"}"#)
        #expect(refused.messages.map { $0["error"] } == ["404::message deleted"])
    }

    /// Patterns that take engines that go back a time that is exponential or worse.
    @Test(.timeLimit(.minutes(1)), arguments: ["(a*)*b", "(a|a)*b", "(a|aa)+$b", "(.*)(.*)(.*)b", "(a?){30}a{30}b"])
    func `no pattern takes long`(pattern: String) throws {
        let filter = try RegexFilter([RegexFilter.Rule(pattern, replacement: "_")])
        let text = JSONValue.string(String(repeating: "a", count: 20_000))
        #expect(try filter.filter(text, from: nil, channel: ChannelID("/a")) == text)
    }

    @Test func `a payload that takes more steps is refused`() throws {
        let filter = try RegexFilter([RegexFilter.Rule("a.*z|a", replacement: "_")], maxSteps: 10_000)
        let channel = try ChannelID("/a")
        let short = JSONValue.string(String(repeating: "a", count: 20))
        #expect(try filter.filter(short, from: nil, channel: channel).stringValue == String(repeating: "_", count: 20))
        // Each of these is short, together they are too much.
        #expect(throws: DataRefusal("maxSteps is exceeded")) {
            try filter.filter(.array(Array(repeating: short, count: 100)), from: nil, channel: channel)
        }
        #expect(throws: DataRefusal("maxSteps is exceeded")) {
            try filter.filter(.string(String(repeating: "a", count: 5000)), from: nil, channel: channel)
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `random patterns neither trap nor hang`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("ab.^$|()[]{}*+?\\-,0123dwsbuBi:")
        for _ in 0..<50 {
            let pattern = String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? "a"
                }
            )
            guard let filter = try? RegexFilter([RegexFilter.Rule(pattern, replacement: "x")], maxSteps: 5000) else {
                continue
            }
            _ = try? filter.filter("abba\n0123 ab", from: nil, channel: ChannelID("/a"))
        }
    }
}

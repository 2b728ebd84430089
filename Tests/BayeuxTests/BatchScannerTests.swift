import CometDTestKit
import NIOCore
import Testing

@testable import Bayeux

@Suite struct BatchScannerTests {
    private func scan(
        _ text: String,
        limits: ScanLimits = ScanLimits()
    ) throws -> (BatchScanner.Shape, [MessageEnvelope], ByteBuffer) {
        let buffer = ByteBuffer(string: text)
        var envelopes: ContiguousArray<MessageEnvelope> = []
        let shape = try BatchScanner.scan(buffer, limits: limits, into: &envelopes)
        return (shape, Array(envelopes), buffer)
    }

    private func reason(_ bytes: [UInt8], limits: ScanLimits = ScanLimits()) -> ScanError.Reason? {
        var envelopes: ContiguousArray<MessageEnvelope> = []
        do {
            _ = try BatchScanner.scan(ByteBuffer(bytes: bytes), limits: limits, into: &envelopes)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `every field of the protocol is found, as the bytes that came`() throws {
        for field in MessageField.allCases {
            let text = #" [ { "x" : [1] , "\#(field.rawValue)" : {"a":[1,"\"]"]} , "y":null } ] "#
            let (shape, envelopes, buffer) = try self.scan(text)
            #expect(shape == .array)
            #expect(BayeuxMessage(buffer, envelopes[0])[field].map { String(buffer: $0.buffer) } == #"{"a":[1,"\"]"]}"#)
            for other in MessageField.allCases where other != field { #expect(envelopes[0][other].isEmpty) }
        }
    }

    @Test(arguments: ["cha\\u006enel", "\\u0063hannel", "channe\\u006C"])
    func `a key that hides its letters behind escapes is found`(key: String) throws {
        let (_, envelopes, buffer) = try self.scan(#"{"\#(key)":"/a"}"#)
        #expect(BayeuxMessage(buffer, envelopes[0]).channel == "/a")
    }

    @Test(arguments: [
        "channe", "channels", "chanmel", "Channel", "clientID", "clientIc", "i", "di", "datb", "exu", "advise",
        "versiom", "timestamq", "successfum", "subscriptioo", "connectionTypf", "supportedConnectionTypet",
    ])
    func `a key that only looks like a field's is none`(key: String) throws {
        let (_, envelopes, _) = try self.scan(#"{"\#(key)":"/a"}"#)
        for field in MessageField.allCases { #expect(envelopes[0][field].isEmpty) }
    }

    @Test func `of a field that occurs twice the last one counts`() throws {
        let (_, envelopes, buffer) = try self.scan(#"{"channel":"/a","id":"1","channel":"/b"}"#)
        #expect(envelopes[0].hasDuplicates)
        #expect(BayeuxMessage(buffer, envelopes[0]).channel == "/b")
    }

    @Test func `the shapes of a batch are told apart`() throws {
        #expect(try self.scan(" {} ").0 == .object)
        #expect(try self.scan("[]").0 == .array)
        #expect(try self.scan(" null ").0 == .null)
        let (_, envelopes, _) = try self.scan(#"[{}, 7, "x", [[1]], null, {}]"#)
        #expect(envelopes.map(\.isObject) == [true, false, false, false, false, true])
    }

    @Test(arguments: ["7", #""x""#, "true", "false", "-1.5e3"])
    func `other values are no batch`(text: String) {
        #expect(self.reason(Array(text.utf8)) == .notABatch)
    }

    @Test(arguments: [
        "", " ", "[", "{", "]", "[{]", "[{}", "[{},]", "[,{}]", "{}{}", "[]x", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{a:1}",
        "{'a':1}", "[{\"a\":01}]", "[{\"a\":1.}]", "[{\"a\":.1}]", "[{\"a\":+1}]", "[{\"a\":1e}]", "[{\"a\":-}]",
        "[{\"a\":tru}]", "[{\"a\":truth}]", "[{\"a\":nul", "[{\"a\":\"x]", "[{\"a\":\"\\x\"}]", "[{\"a\":\"\\u12g4\"}]",
        "[{\"a\":\"\\u12", "[{\"a\":\"\n\"}]", "[{\"a\":\"\u{0}\"}]", "[{\"a\":NaN}]", "[{\"a\":Infinity}]", "[1 2]",
        "\u{feff}[]", "[{\"a\":1 \"b\":2}]", "[[1,]]", "[{\"x\":[}]}]", "[{\"x\":{]}]", "nul", "nulL",
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(self.reason(Array(text.utf8)) == .malformed)
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x41], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf],
            [0xed, 0xa0, 0x80],
            [0xef, 0xbf], [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80],
            [0xf5, 0x80, 0x80, 0x80],
            [0xff], [0xfe], [0xe2, 0x82], [0xf1, 0x80, 0x80], [0xe2, 0x28, 0xa1],
        ] as [[UInt8]]
    )
    func `bytes that are not UTF-8 are refused, wherever they stand`(bytes: [UInt8]) {
        for padding in 0..<10 {
            let text = Array(#"[{"a":""#.utf8) + Array(repeating: 0x78, count: padding) + bytes + Array(#""}]"#.utf8)
            #expect(self.reason(text) == .invalidUnicode)
        }
    }

    @Test(arguments: [
        #"\ud800"#, #"\udc00"#, #"\ud800x"#, #"\ud800\n"#, #"\ud800\u0041"#, #"\udfff\ud800"#, #"\ud83d\ud83d"#,
    ])
    func `half of a surrogate pair is refused`(escape: String) {
        #expect(self.reason(Array(#"[{"a":"\#(escape)"}]"#.utf8)) == .invalidUnicode)
    }

    @Test(arguments: [
        #"\ud83d\ude00"#, #"\uD83D\uDE00"#, "é", "😀", "\u{7f}", "\u{ffff}", "\u{10ffff}", #"\"\\\/\b\f\n\r\t\u0000"#,
    ])
    func `legal strings are accepted`(text: String) throws {
        _ = try self.scan(#"[{"data":"\#(text)","\#(text)":"\#(text)"}]"#)
    }

    @Test func `containers may be nested up to the limit and no deeper`() throws {
        for (limit, open, close) in [
            (64, "[", "]"), (64, #"{"a":"#, "}"), (200, "[", "]"), (200, #"{"a":"#, "}"), (3, "[", "]"),
        ] {
            let limits = ScanLimits(maxDepth: limit)
            func text(_ depth: Int) -> String {
                #"[{"a":"# + String(repeating: open, count: depth - 2) + "1"
                    + String(repeating: close, count: depth - 2) + "}]"
            }
            _ = try self.scan(text(limit), limits: limits)
            #expect(self.reason(Array(text(limit + 1).utf8), limits: limits) == .tooDeep)
        }
        #expect(self.reason(Array(String(repeating: "[", count: 100_000).utf8)) == .tooDeep)
    }

    @Test func `brackets must match beyond 64 levels too`() {
        let open = String(repeating: #"[{"a":"#, count: 60)
        let close = String(repeating: "}]", count: 60)
        let limits = ScanLimits(maxDepth: 1000)
        #expect(self.reason(Array((open + "1" + close).utf8), limits: limits) == nil)
        for position in stride(from: 0, to: 120, by: 7) {
            var wrong = Array(close)
            wrong[position] = wrong[position] == "}" ? "]" : "}"
            #expect(self.reason(Array((open + "1" + String(wrong)).utf8), limits: limits) == .malformed)
        }
    }

    @Test func `a batch has a limit in messages`() throws {
        let limits = ScanLimits(maxMessages: 3)
        #expect(try self.scan("[{},{},{}]", limits: limits).1.count == 3)
        #expect(self.reason(Array("[{},{},{},{}]".utf8), limits: limits) == .tooManyMessages)
    }

    @Test func `every prefix of a message is refused, and none reads too far`() {
        let text = Array(
            #"[{"channel":"/a","clientId":"x\u0041","data":{"n":[1.5e3,true,false,null,"é"]},"id":"1"}]"#.utf8
        )
        for length in 0..<text.count { #expect(self.reason(Array(text[..<length])) != nil) }
        #expect(self.reason(text) == nil)
    }

    @Test func `random bytes and mutated messages never trap, and agree with the JSON parser`() {
        var generator = SeededGenerator(seed: 20_261_121)
        let seeds = [
            #"[{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["websocket","long-polling"]}]"#,
            #"[{"channel":"/a","clientId":"0000abcdefghijklmnopqrstuvwxyz","data":{"x":[1.10,{"y":"\ud83d\ude00é"}]},"id":"17"}]"#,
            #"{"channel":"/meta/subscribe","subscription":["/a/*","/b/**"],"ext":{},"advice":{"timeout":0}}"#,
        ].map { Array($0.utf8) }
        let alphabet = Array(#"[]{}:,"\u0123456789.eE+-truefalsnl /x"#.utf8)
        for round in 0..<20_000 {
            var bytes: [UInt8]
            if round % 4 == 0 {
                bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                    .random(in: 0...255, using: &generator)
                }
            } else if round % 4 == 1 {
                bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator)!
                }
            } else {
                bytes = seeds.randomElement(using: &generator)!
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let position = Int.random(in: 0..<bytes.count, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: bytes[position] = .random(in: 0...255, using: &generator)
                    case 1: bytes.remove(at: position)
                    case 2: bytes.insert(alphabet.randomElement(using: &generator)!, at: position)
                    default: bytes.insert(contentsOf: bytes[position...].prefix(20), at: position)
                    }
                }
            }
            let refusal = self.reason(bytes)
            guard refusal != .notABatch else { continue }
            let parses = (try? JSONBytes(checking: ByteBuffer(bytes: bytes))) != nil
            #expect((refusal == nil) == parses, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}

import Bayeux
import CometDTestKit
import NIOCore
import Testing

/// Random bytes, mutated texts and random values, the same for each run.
@Suite("JSON fuzz")
struct JSONFuzzTests {
    static let seeds: [UInt64] = [1, 2, 3, 4]

    static let texts = [
        #"[{"channel":"/chat/room1","data":{"text":"héllo \"x\"","n":[1,-2.5e3,null]},"clientId":"abc","id":"7"}]"#,
        #"{"a":{"b":{"c":[[],{},[{"d":"\u00e9\ud83d\ude00\n"}]]}},"a":true,"\u0061":false}"#,
        "[0,-0,1.5,1E9,1e-9,\"\u{20ac}\u{1f600}\",\"\\\\\",{\"\":\"\"}]",
        " [ 1 , { \"k\" : \"v\" } ] ",
    ]

    @Test(arguments: Self.seeds)
    func `random bytes are accepted or refused alike by all who read them`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array(#"[]{}:,"\/u0019dDeE+-. tfnrulabs"#.utf8) + [0, 0x1f, 0x80, 0xbf, 0xc3, 0xed, 0xf0, 0xff]
        for round in 0..<600 {
            let length = Int.random(in: 0...24, using: &generator)
            let bytes = (0..<length).map { _ in
                round % 4 == 0
                    ? UInt8.random(in: .min ... .max, using: &generator)
                    : alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            Self.check(ByteBuffer(bytes: bytes))
        }
    }

    @Test(arguments: Self.seeds)
    func `mutated texts are accepted or refused alike by all who read them`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<300 {
            var bytes = Array(Self.texts[round % Self.texts.count].utf8)
            for _ in 0...Int.random(in: 0...2, using: &generator) { Self.mutate(&bytes, using: &generator) }
            Self.check(ByteBuffer(bytes: bytes))
        }
    }

    @Test func `a text that is cut off is refused at each place`() {
        for text in Self.texts {
            let whole = ByteBuffer(string: text)
            let end = text.utf8.count - (text.hasSuffix(" ") ? 1 : 0)
            for length in 0..<end {
                // The bytes that would complete the text lie behind the readable ones.
                let cut = whole.getSlice(at: whole.readerIndex, length: length) ?? ByteBuffer()
                #expect(throws: JSONError.self) { try JSONBytes(checking: cut) }
                Self.check(cut)
            }
        }
    }

    @Test(arguments: Self.seeds)
    func `random values are the same after writing and reading`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let value = Self.value(depth: 4, using: &generator)
            let json = JSONBytes(value)
            #expect(json.value() == value)
            #expect(try JSONBytes(json.description) == json)
            #expect(try JSONValue(encoding: value) == value)
            #expect(try json.decode(JSONValue.self) == value)
        }
    }
}

extension JSONFuzzTests {
    /// What must hold for any bytes; that nothing traps is the first of it.
    private static func check(_ buffer: ByteBuffer) {
        let bytes = Array(buffer.readableBytesView)
        let checked = Result { () throws(JSONError) in try JSONBytes(checking: buffer) }
        let parsed = Result { () throws(JSONError) in try JSONValue(parsing: buffer) }
        switch (checked, parsed) {
        case (.success(let json), .success(let value)):
            #expect(json.value() == value, "\(bytes)")
            #expect(json.kind == value.kind, "\(bytes)")
            #expect(JSONBytes(value).value() == value, "\(bytes)")
            #expect(json.elements().map { $0.value() } == value.arrayValue ?? [], "\(bytes)")
            for member in value.objectValue ?? [:] { #expect(json[member.key]?.value() == member.value, "\(bytes)") }
            #expect(json.stringValue == value.stringValue, "\(bytes)")
            #expect(json.doubleValue == value.doubleValue, "\(bytes)")
        case (.failure(let one), .failure(let other)):
            #expect(one == other, "\(bytes)")
            #expect((0...bytes.count).contains(one.offset), "\(bytes)")
        case (.success, .failure), (.failure, .success):
            Issue.record("Only one accepts \(bytes)")
        }
        // Whoever trusts what was not checked gets nonsense, but no trap.
        let trusted = JSONBytes(trusted: buffer)
        _ = (trusted.value(), trusted["a"], trusted.elements(), trusted.stringValue, trusted.intValue)
    }

    private static func mutate(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, position + Int.random(in: 1...6, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[position] = .random(in: .min ... .max, using: &generator)
        case 2: bytes.removeSubrange(position..<end)
        case 3: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...bytes.count, using: &generator))
        case 4: bytes.swapAt(position, Int.random(in: 0..<bytes.count, using: &generator))
        default: bytes.insert(Array("[]{}:,\"\\ 0".utf8).randomElement(using: &generator) ?? 0, at: position)
        }
    }

    private static func value(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2:
            return JSONValue(
                Int.random(in: .min ... .max, using: &generator) >> Int.random(in: 0..<64, using: &generator)
            )
        case 3: return JSONValue(Double(bitPattern: generator.next())) ?? .null
        case 4, 5: return .string(Self.string(using: &generator))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
                    Self.value(depth: depth - 1, using: &generator)
                }
            )
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<6, using: &generator) {
                object[Self.string(using: &generator)] = Self.value(depth: depth - 1, using: &generator)
            }
            return .object(object)
        }
    }

    private static func string(using generator: inout SeededGenerator) -> String {
        let ranges: [ClosedRange<UInt32>] = [0x61...0x7a, 0...0x7f, 0x80...0x7ff, 0xe000...0xffff, 0x10000...0x10ffff]
        var string = ""
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            let range = ranges[Int.random(in: 0..<ranges.count, using: &generator)]
            guard let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) else { continue }
            string.unicodeScalars.append(scalar)
        }
        return string
    }
}

import NIOCore
import Testing

@testable import CometDServerNIO

@Suite("WebSocketFrameReader")
struct WebSocketFrameReaderTests {
    typealias Frame = WebSocketClientFrame
    typealias Event = WebSocketFrameReader.Event

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var events: [Event]

        init(_ name: String, _ frames: [Frame], _ events: [Event]) {
            self.init(name, bytes: frames.flatMap(\.bytes), events)
        }

        init(_ name: String, bytes: [UInt8], _ events: [Event]) {
            self.testDescription = name
            self.bytes = bytes
            self.events = events
        }
    }

    static let limit = 70000

    static let legal: [Case] = [
        Case("text", [Frame(.text, "[{}]")], [.text(.init(string: "[{}]"))]),
        Case("empty text", [Frame(.text)], [.text(.init())]),
        Case("text of 125 bytes", [Frame(.text, Self.letters(125))], [.text(.init(bytes: Self.letters(125)))]),
        Case("text of 126 bytes", [Frame(.text, Self.letters(126))], [.text(.init(bytes: Self.letters(126)))]),
        Case("text of 65535 bytes", [Frame(.text, Self.letters(65535))], [.text(.init(bytes: Self.letters(65535)))]),
        Case("text of 65536 bytes", [Frame(.text, Self.letters(65536))], [.text(.init(bytes: Self.letters(65536)))]),
        Case("text at the limit", [Frame(.text, Self.letters(70000))], [.text(.init(bytes: Self.letters(70000)))]),
        Case(
            "16-bit length where 7 bits do",
            [Frame(.text, "a").with { $0.lengthBytes = 2 }],
            [.text(.init(string: "a"))]
        ),
        Case(
            "64-bit length where 7 bits do",
            [Frame(.text, "a").with { $0.lengthBytes = 8 }],
            [.text(.init(string: "a"))]
        ),
        Case("binary", [Frame(.binary, [1, 2, 255])], [.binary(.init(bytes: [1, 2, 255]))]),
        Case("key of zeros", [Frame(.text, "abc").with { $0.key = [0, 0, 0, 0] }], [.text(.init(string: "abc"))]),
        Case("ping", [Frame(.ping, "hi")], [.ping(.init(string: "hi"))]),
        Case("empty ping", [Frame(.ping)], [.ping(.init())]),
        Case("ping of 125 bytes", [Frame(.ping, Self.letters(125))], [.ping(.init(bytes: Self.letters(125)))]),
        Case("pong nobody asked for", [Frame(.pong, "x")], [.pong]),
        Case(
            "three frames",
            [Frame(.text, "1"), Frame(.ping), Frame(.text, "2")],
            [.text(.init(string: "1")), .ping(.init()), .text(.init(string: "2"))]
        ),
        Case(
            "three fragments",
            [
                Frame(.text, "ab", isFinal: false), Frame(.continuation, "cde", isFinal: false),
                Frame(.continuation, "f"),
            ],
            [.text(.init(string: "abcdef"))]
        ),
        Case(
            "empty fragments",
            [Frame(.text, isFinal: false), Frame(.continuation, isFinal: false), Frame(.continuation)],
            [.text(.init())]
        ),
        Case(
            "control frames between fragments",
            [Frame(.binary, "a", isFinal: false), Frame(.ping, "p"), Frame(.pong), Frame(.continuation, "b")],
            [.ping(.init(string: "p")), .pong, .binary(.init(string: "ab"))]
        ),
        Case(
            "fragments at the limit",
            [Frame(.text, Self.letters(69999), isFinal: false), Frame(.continuation, "x")],
            [.text(.init(bytes: Self.letters(69999) + Array("x".utf8)))]
        ),
        Case("close without a code", [Frame(.close)], [.close(code: nil, reason: "")]),
        Case("close", [.close(1000, "bye ☃")], [.close(code: 1000, reason: "bye ☃")]),
        Case(
            "close of 125 bytes",
            [.close(4999, .init(repeating: "r", count: 123))],
            [
                .close(code: 4999, reason: .init(repeating: "r", count: 123))
            ]
        ),
        Case("nothing is read behind a close", [.close(1001), Frame(.text, "a")], [.close(code: 1001, reason: "")]),
    ]

    static let illegal: [Case] = [
        Case("not masked", [Frame(.text, "a").with { $0.key = nil }], [.failure(closeCode: 1002)]),
        Case("unmasked close", [.close(1000).with { $0.key = nil }], [.failure(closeCode: 1002)]),
        Case("first reserved bit", [Frame(.text, "a").with { $0.firstByte |= 0x40 }], [.failure(closeCode: 1002)]),
        Case("second reserved bit", [Frame(.text, "a").with { $0.firstByte |= 0x20 }], [.failure(closeCode: 1002)]),
        Case("third reserved bit", [Frame(.text, "a").with { $0.firstByte |= 0x10 }], [.failure(closeCode: 1002)]),
        Case("ping of 126 bytes", [Frame(.ping, Self.letters(126))], [.failure(closeCode: 1002)]),
        Case(
            "ping with a long form of its length",
            [Frame(.ping, "a").with { $0.lengthBytes = 2 }],
            [.failure(closeCode: 1002)]
        ),
        Case("fragmented ping", [Frame(.ping, "a", isFinal: false)], [.failure(closeCode: 1002)]),
        Case("continuation of nothing", [Frame(.continuation, "a")], [.failure(closeCode: 1002)]),
        Case(
            "continuation of a whole message",
            [Frame(.text, "a"), Frame(.continuation, "b")],
            [.text(.init(string: "a")), .failure(closeCode: 1002)]
        ),
        Case(
            "new message between fragments",
            [Frame(.text, "a", isFinal: false), Frame(.text, "b")],
            [.failure(closeCode: 1002)]
        ),
        Case(
            "length with the highest bit",
            bytes: [0x81, 0xff, 0x80] + .init(repeating: 0, count: 7),
            [
                .failure(closeCode: 1002)
            ]
        ),
        Case("above the limit", bytes: [0x81, 0xff, 0, 0, 0, 0, 0, 1, 0x11, 0x71], [.failure(closeCode: 1009)]),
        Case(
            "largest length",
            bytes: [0x82, 0xff, 0x7f] + .init(repeating: 0xff, count: 7),
            [
                .failure(closeCode: 1009)
            ]
        ),
        Case(
            "fragments above the limit",
            bytes: Frame(.text, Self.letters(69999), isFinal: false).bytes + [0x80, 0x82],
            [.failure(closeCode: 1009)]
        ),
        Case("close payload of one byte", [Frame(.close, [3])], [.failure(closeCode: 1002)]),
        Case("close reason that is no UTF-8", [Frame(.close, [3, 0xe8, 0xc3, 0x28])], [.failure(closeCode: 1007)]),
        Case(
            "nothing is read behind a failure",
            [Frame(.continuation), Frame(.text, "a")],
            [.failure(closeCode: 1002)]
        ),
    ]

    @Test(arguments: Self.legal + Self.illegal)
    func `bytes give the same events whole and one at a time`(_ example: Case) {
        var whole = WebSocketFrameReader(maxMessageSize: Self.limit)
        #expect(whole.events(of: [example.bytes]) == example.events)
        #expect(whole.isEmpty)

        var single = WebSocketFrameReader(maxMessageSize: Self.limit)
        #expect(single.events(of: example.bytes.map { [$0] }) == example.events)
        #expect(single.isEmpty)
    }

    static let compressed: [Case] = [
        Case("text that is not compressed", [Frame(.text, "a")], [.text(.init(string: "a"))]),
        Case("compressed text", [.compressed(.text, [1, 2])], [.compressedText(.init(bytes: [1, 2]))]),
        Case("compressed bytes", [.compressed(.binary, [1, 2])], [.binary(.init(bytes: [1, 2]))]),
        Case(
            "compressed fragments, a ping between them",
            [.compressed(.text, [1], isFinal: false), Frame(.ping), Frame(.continuation, [2])],
            [.ping(.init()), .compressedText(.init(bytes: [1, 2]))]
        ),
        Case(
            "text of both kinds",
            [.compressed(.text, [1]), Frame(.text, "a"), .compressed(.text, [2])],
            [.compressedText(.init(bytes: [1])), .text(.init(string: "a")), .compressedText(.init(bytes: [2]))]
        ),
        Case(
            "a compressed message that is larger than it was",
            [.compressed(.text, Self.letters(70500))],
            [.compressedText(.init(bytes: Self.letters(70500)))]
        ),
        Case("the bit on a ping", [.compressed(.ping, [])], [.failure(closeCode: 1002)]),
        Case("the bit on a pong", [.compressed(.pong, [])], [.failure(closeCode: 1002)]),
        Case("the bit on a close", [.compressed(.close, [])], [.failure(closeCode: 1002)]),
        Case(
            "the bit on a second frame",
            [.compressed(.text, [1], isFinal: false), .compressed(.continuation, [2])],
            [.failure(closeCode: 1002)]
        ),
        Case(
            "the bit on the second frame only",
            [Frame(.text, "a", isFinal: false), .compressed(.continuation, [2])],
            [.failure(closeCode: 1002)]
        ),
        Case("another bit", [.compressed(.text, [1]).with { $0.firstByte |= 0x20 }], [.failure(closeCode: 1002)]),
        Case("text above the limit", [Frame(.text, Self.letters(70001))], [.failure(closeCode: 1009)]),
        Case(
            "fragments of text above the limit",
            [Frame(.text, Self.letters(69999), isFinal: false), Frame(.continuation, "ab")],
            [.failure(closeCode: 1009)]
        ),
        Case(
            "compressed text far above the limit",
            [.compressed(.text, Self.letters(79000))],
            [.failure(closeCode: 1009)]
        ),
        Case(
            "fragments of compressed text far above the limit",
            [.compressed(.text, Self.letters(70000), isFinal: false), Frame(.continuation, Self.letters(9000))],
            [.failure(closeCode: 1009)]
        ),
    ]

    @Test(arguments: Self.compressed)
    func `compressed messages are told of as they came`(_ example: Case) {
        var whole = WebSocketFrameReader(maxMessageSize: Self.limit, allowsCompression: true)
        #expect(whole.events(of: [example.bytes]) == example.events)
        #expect(whole.isEmpty)

        var single = WebSocketFrameReader(maxMessageSize: Self.limit, allowsCompression: true)
        #expect(single.events(of: example.bytes.map { [$0] }) == example.events)
    }

    @Test(arguments: [3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf] as [UInt8])
    func `an unknown opcode fails the connection`(_ opcode: UInt8) {
        var reader = WebSocketFrameReader(maxMessageSize: Self.limit)
        #expect(reader.events(of: [[0x80 | opcode, 0x80]]) == [.failure(closeCode: 1002)])
    }

    @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] as [UInt16])
    func `a close code that nobody may send fails the connection`(_ code: UInt16) {
        var reader = WebSocketFrameReader(maxMessageSize: Self.limit)
        #expect(reader.events(of: [Frame.close(code).bytes]) == [.failure(closeCode: 1002)])
    }

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1010, 1011, 1014, 3000, 4000, 4999] as [UInt16])
    func `a close code that a peer may send is passed on`(_ code: UInt16) {
        var reader = WebSocketFrameReader(maxMessageSize: Self.limit)
        #expect(reader.events(of: [Frame.close(code).bytes]) == [.close(code: code, reason: "")])
    }

    @Test func `a payload is unmasked at every length and offset`() {
        for length in 0...40 {
            let payload = Self.letters(length)
            let bytes = Frame(.text, payload).bytes
            for cut in 0...bytes.count {
                var reader = WebSocketFrameReader(maxMessageSize: Self.limit)
                let events = reader.events(of: [Array(bytes[..<cut]), Array(bytes[cut...])])
                #expect(events == [.text(ByteBuffer(bytes: payload))])
            }
        }
    }

    @Test func `the received chunk is not changed`() {
        let chunk = ByteBuffer(frames: [Frame(.text, "hello")])
        let before = Array(chunk.readableBytesView)
        var reader = WebSocketFrameReader(maxMessageSize: Self.limit)
        var scratch = ByteBuffer()
        reader.append(chunk)
        #expect(reader.next(scratch: &scratch) == .text(ByteBuffer(string: "hello")))
        #expect(Array(chunk.readableBytesView) == before)
    }

    @Test func `the scratch buffer is used again when its payload has been let go of`() {
        var reader = WebSocketFrameReader(maxMessageSize: Self.limit)
        var scratch = ByteBuffer()
        reader.append(ByteBuffer(frames: [Frame(.text, "one"), Frame(.text, "two"), Frame(.text, "six")]))
        _ = reader.next(scratch: &scratch)
        let place = scratch.withUnsafeReadableBytes { $0.baseAddress }
        let kept = reader.next(scratch: &scratch)
        #expect(scratch.withUnsafeReadableBytes { $0.baseAddress } == place)
        _ = reader.next(scratch: &scratch)
        #expect(scratch.withUnsafeReadableBytes { $0.baseAddress } != place)
        #expect(kept == .text(ByteBuffer(string: "two")))
    }

    @Test func `a message in many small parts takes linear time`() {
        // Copying the message at every part would move 8 GB.
        let part = Self.letters(500)
        var reader = WebSocketFrameReader(maxMessageSize: 32 << 20)
        var scratch = ByteBuffer()
        let bytes = ByteBuffer(frames: [Frame(.continuation, part, isFinal: false)])
        reader.append(ByteBuffer(frames: [Frame(.text, isFinal: false)]))
        #expect(reader.next(scratch: &scratch) == nil)
        for _ in 0..<4000 {
            var chunk = bytes
            reader.append(chunk.readSlice(length: 250)!)
            #expect(reader.next(scratch: &scratch) == nil)
            reader.append(chunk)
            #expect(reader.next(scratch: &scratch) == nil)
        }
        reader.append(ByteBuffer(frames: [Frame(.continuation)]))
        guard case .text(let text) = reader.next(scratch: &scratch) else {
            Issue.record("no message")
            return
        }
        #expect(text.readableBytes == 4000 * 500)
    }

    static func letters(_ count: Int) -> [UInt8] {
        (0..<count).map { 97 + UInt8($0 % 26) }
    }
}

extension WebSocketFrameReader {
    /// What the reader makes of some chunks.
    mutating func events(of chunks: some Sequence<[UInt8]>) -> [Event] {
        var events: [Event] = []
        var scratch = ByteBuffer()
        for chunk in chunks {
            self.append(ByteBuffer(bytes: chunk))
            while let event = self.next(scratch: &scratch) { events.append(event) }
        }
        return events
    }
}

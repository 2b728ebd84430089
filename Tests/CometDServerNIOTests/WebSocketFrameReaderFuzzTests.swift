import CometDTestKit
import NIOCore
import Testing

@testable import CometDServerNIO

@Suite("WebSocketFrameReader, fuzzed")
struct WebSocketFrameReaderFuzzTests {
    typealias Frame = WebSocketClientFrame
    typealias Event = WebSocketFrameReader.Event

    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `valid frames give the same events however they are cut`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let isCompressed = seed % 2 == 0
        let (frames, expected) = Self.conversation(isCompressed: isCompressed, using: &random)
        let bytes = frames.flatMap(\.bytes)
        for _ in 0..<4 {
            var reader = WebSocketFrameReader(maxMessageSize: 1 << 20, allowsCompression: isCompressed)
            #expect(reader.events(of: Self.cut(bytes, using: &random)) == expected)
            #expect(reader.isEmpty)
        }
    }

    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `random bytes end in a failure or wait, and are not kept`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            // Half of them begin as a frame does, to come further.
            if Bool.random(using: &random), bytes.count > 2 {
                bytes[0] = [0x81, 0x01, 0x82, 0x89, 0x8a, 0x88, 0xc1, 0x41, 0xc2].randomElement(using: &random) ?? 0
                bytes[1] |= 0x80
            }
            var reader = WebSocketFrameReader(maxMessageSize: 100, allowsCompression: Bool.random(using: &random))
            for event in reader.events(of: Self.cut(bytes, using: &random)) {
                switch event {
                case .text(let payload): #expect(payload.readableBytes <= 100)
                case .compressedText(let payload): #expect(payload.readableBytes <= 200)
                case .binary, .ping, .pong, .close, .failure: break
                }
            }
        }
    }

    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `frames with one flipped bit never trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (frames, _) = Self.conversation(isCompressed: seed % 2 == 0, using: &random)
        let bytes = frames.flatMap(\.bytes)
        for _ in 0..<8 {
            var broken = bytes
            broken[Int.random(in: broken.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            var reader = WebSocketFrameReader(maxMessageSize: 1 << 20, allowsCompression: true)
            let events = reader.events(of: Self.cut(broken, using: &random))
            let ends = events.indices.filter { events[$0].isEnd }
            #expect(ends.allSatisfy { $0 == events.count - 1 })
        }
    }

    /// Some frames and what they mean.
    private static func conversation(
        isCompressed: Bool,
        using random: inout SeededGenerator
    ) -> ([Frame], [Event]) {
        var frames: [Frame] = []
        var events: [Event] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let size = [0, 1, 7, 8, 9, 125, 126, 127, 200, 2000, 66000].randomElement(using: &random) ?? 0
            let payload = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            let isText = Bool.random(using: &random)
            let isCompressed = isCompressed && Bool.random(using: &random)
            let first = frames.endIndex
            var rest = payload[...]
            var opcode = isText ? WebSocketOpcode.text : .binary
            while Int.random(in: 0...2, using: &random) == 0 {
                let part = rest.prefix(Int.random(in: 0...rest.count, using: &random))
                rest = rest[part.endIndex...]
                frames.append(Frame(opcode, part, isFinal: false))
                opcode = .continuation
                if Bool.random(using: &random) {
                    frames.append(Frame(.ping, part.prefix(125)))
                    events.append(.ping(ByteBuffer(bytes: part.prefix(125))))
                }
            }
            frames.append(Frame(opcode, rest))
            if isCompressed { frames[first].firstByte |= 0x40 }
            let message = ByteBuffer(bytes: payload)
            events.append(isText ? isCompressed ? .compressedText(message) : .text(message) : .binary(message))
        }
        for index in frames.indices {
            frames[index].key = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        return (frames, events)
    }

    /// The bytes in chunks of random sizes, often tiny ones.
    private static func cut(_ bytes: [UInt8], using random: inout SeededGenerator) -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        var rest = bytes[...]
        let most = [1, 3, 20, 1000, 100_000].randomElement(using: &random) ?? 0
        while !rest.isEmpty {
            // One byte at a time takes too long for all of a large conversation.
            let least = bytes.count > 20000 && most < 20 ? 500 : 1
            let chunk = rest.prefix(Int.random(in: least...max(least, most), using: &random))
            chunks.append(Array(chunk))
            rest = rest[chunk.endIndex...]
        }
        return chunks
    }
}

extension WebSocketFrameReader.Event {
    /// Whether nothing may follow it.
    fileprivate var isEnd: Bool {
        switch self {
        case .close, .failure: true
        case .text, .compressedText, .binary, .ping, .pong: false
        }
    }
}

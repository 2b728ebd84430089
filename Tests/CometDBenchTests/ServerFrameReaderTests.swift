import NIOCore
import Testing

@testable import CometDBench

@Suite("ServerFrameReader")
struct ServerFrameReaderTests {
    private static func frame(_ first: UInt8, _ payload: String) -> ByteBuffer {
        var frame = ByteBuffer()
        let count = payload.utf8.count
        frame.writeInteger(first)
        if count < 126 {
            frame.writeInteger(UInt8(count))
        } else if count < 65536 {
            frame.writeInteger(126 as UInt8)
            frame.writeInteger(UInt16(count))
        } else {
            frame.writeInteger(127 as UInt8)
            frame.writeInteger(UInt64(count))
        }
        frame.writeString(payload)
        return frame
    }

    /// All events of some bytes that come in pieces.
    private static func events(_ bytes: ByteBuffer, pieces: Int) -> [ServerFrameReader.Event] {
        var (reader, bytes) = (ServerFrameReader(), bytes)
        var events: [ServerFrameReader.Event] = []
        while bytes.readableBytes > 0 {
            guard let piece = bytes.readSlice(length: min(pieces, bytes.readableBytes)) else { break }
            reader.append(piece)
            while let event = reader.next() { events.append(event) }
        }
        return events
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65535, 65536, 100_000])
    func `a text of any length is read whole`(length: Int) {
        let text = String(repeating: "t", count: length)

        #expect(Self.events(Self.frame(0x81, text), pieces: .max) == [.text(ByteBuffer(string: text))])
    }

    @Test(arguments: [1, 2, 3, 7, 64])
    func `frames may come in pieces`(pieces: Int) {
        var bytes = Self.frame(0x81, "[1]")
        bytes.writeImmutableBuffer(Self.frame(0x89, "?"))
        bytes.writeImmutableBuffer(Self.frame(0x81, String(repeating: "x", count: 300)))
        bytes.writeImmutableBuffer(Self.frame(0x88, ""))

        #expect(
            Self.events(bytes, pieces: pieces) == [
                .text(ByteBuffer(string: "[1]")), .ping(ByteBuffer(string: "?")),
                .text(ByteBuffer(string: String(repeating: "x", count: 300))), .close,
            ]
        )
    }

    @Test func `fragments become one text, with control frames between them`() {
        var bytes = Self.frame(0x01, "[1")
        bytes.writeImmutableBuffer(Self.frame(0x8a, "pong"))
        bytes.writeImmutableBuffer(Self.frame(0x00, ",2"))
        bytes.writeImmutableBuffer(Self.frame(0x80, "]"))

        #expect(Self.events(bytes, pieces: 2) == [.text(ByteBuffer(string: "[1,2]"))])
    }

    @Test(
        arguments: [
            [0xc1, 0x00], [0x83, 0x00], [0x81, 0x80, 0, 0, 0, 0], [0x80, 0x00], [0x09, 0x00], [0x89, 126, 0, 126],
            [0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]]
    )
    func `a broken rule is the end`(bytes: [UInt8]) {
        #expect(Self.events(ByteBuffer(bytes: bytes), pieces: .max) == [.failure])
        #expect(Self.events(ByteBuffer(bytes: bytes + [0x81, 0]), pieces: .max) == [.failure])
    }

    @Test func `a new text while another is unfinished is the end`() {
        var bytes = Self.frame(0x01, "[1")
        bytes.writeImmutableBuffer(Self.frame(0x81, "[2]"))

        #expect(Self.events(bytes, pieces: .max) == [.failure])
    }

    @Test(arguments: [0, 125, 126, 65535, 65536])
    func `a client's frame is one that servers take for masked`(length: Int) {
        let payload = ByteBuffer(repeating: 0x78, count: length)
        var frame = ByteBuffer()
        frame.writeClientFrame(.text, payload)

        let first = frame.readInteger(as: UInt8.self)
        let second = frame.readInteger(as: UInt8.self) ?? 0
        let told: Int? =
            switch second & 0x7f {
            case 126: frame.readInteger(as: UInt16.self).map { Int($0) }
            case 127: frame.readInteger(as: UInt64.self).map { Int($0) }
            case let short: Int(short)
            }
        let mask = frame.readInteger(as: UInt32.self)
        #expect(first == 0x81 && second & 0x80 != 0 && told == length && mask == 0)
        #expect(frame == payload)
    }

    @Test func `bytes of any kind never trap`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = Self.events(ByteBuffer(bytes: bytes), pieces: Int.random(in: 1...9, using: &random))
        }
    }
}

import CometDTestKit
import NIOCore
import Testing

@testable import CometDServerNIO

@Suite("MessageInflater and MessageDeflater")
struct MessageInflaterTests {
    private let inflater = MessageInflater()
    private let deflater = MessageDeflater()

    private func inflate(_ bytes: [UInt8], limit: Int = 1 << 20) -> (MessageInflater.Result, [UInt8]) {
        var target = ByteBuffer()
        let result = self.inflater.inflate(ByteBuffer(bytes: bytes), limit: limit, into: &target)
        return (result, Array(target.readableBytesView))
    }

    private func deflate(_ bytes: [UInt8]) -> [UInt8]? {
        var target = ByteBuffer(string: "before")
        let isShorter = bytes.withUnsafeBytes { self.deflater.deflate($0, into: &target) }
        #expect(target.readString(length: 6) == "before")
        #expect(isShorter || target.readableBytes == 0)
        return isShorter ? Array(target.readableBytesView) : nil
    }

    static let texts: [[UInt8]] = [
        [], [0x5b, 0x5d], WebSocketFrameReaderTests.letters(100), WebSocketFrameReaderTests.letters(1024),
        WebSocketFrameReaderTests.letters(1025), WebSocketFrameReaderTests.letters(300_000),
    ]

    @Test(arguments: Self.texts, [0, 1, 6, 9] as [CInt])
    func `what a client has compressed becomes what it was`(_ text: [UInt8], _ level: CInt) {
        for windowBits: CInt in [9, 12, 15] {
            let (result, clear) = self.inflate(TestDeflate.compress(text, level: level, windowBits: windowBits))
            #expect(result == .inflated)
            #expect(clear == text)
        }
    }

    @Test(arguments: Self.texts)
    func `a last block may be marked as such`(_ text: [UInt8]) {
        let (result, clear) = self.inflate(TestDeflate.compressFinally(text))
        #expect(result == .inflated)
        #expect(clear == text)
        // Strictly, an empty block must follow.
        let (shortResult, shortClear) = self.inflate(TestDeflate.compressFinally(text).dropLast())
        #expect(shortResult == .inflated)
        #expect(shortClear == text)
    }

    @Test func `what was sent in several streams comes together`() {
        let parts = TestDeflate.compressFinally("one ".utf8).dropLast() + TestDeflate.compress("two".utf8)
        let (result, clear) = self.inflate(Array(parts))
        #expect(result == .inflated)
        #expect(clear == Array("one two".utf8))
    }

    @Test(arguments: [1, 1023, 1024, 1025, 16384, 65536, 70000])
    func `a message may be as large as the limit and no larger`(limit: Int) {
        let atLimit = TestDeflate.compress(WebSocketFrameReaderTests.letters(limit))
        #expect(self.inflate(atLimit, limit: limit).0 == .inflated)
        #expect(self.inflate(atLimit, limit: limit).1.count == limit)
        let above = TestDeflate.compress(WebSocketFrameReaderTests.letters(limit + 1))
        #expect(self.inflate(above, limit: limit).0 == .tooLarge)
        let final = TestDeflate.compressFinally(WebSocketFrameReaderTests.letters(limit + 1))
        #expect(self.inflate(final, limit: limit).0 == .tooLarge)
    }

    @Test func `a bomb is refused without being held`() {
        let bomb = TestDeflate.compress([UInt8](repeating: 0x20, count: 64 << 20))
        #expect(bomb.count < 70000)
        var target = ByteBuffer()
        #expect(self.inflater.inflate(ByteBuffer(bytes: bomb), limit: 65536, into: &target) == .tooLarge)
        #expect(target.readableBytes <= 65536)
        #expect(target.storageCapacity <= 65536)
    }

    @Test func `a message that is not all there is damaged`() {
        var random = SeededGenerator(seed: 7)
        let text = (0..<2000).map { _ in UInt8.random(in: 97...112, using: &random) }
        let compressed = TestDeflate.compress(text)
        for count in [0, 1, 2, 10, 100, compressed.count / 2, compressed.count - 10] {
            #expect(self.inflate(Array(compressed[..<count])).0 == .damaged)
        }
        let stored = TestDeflate.compress(text, level: 0)
        #expect(self.inflate(Array(stored.dropLast(100))).0 == .damaged)
    }

    @Test(
        arguments: [
            // A type of block that does not exist.
            [0x07],
            // A stored block whose length and its complement do not belong together.
            [0x00, 0x05, 0x00, 0x00, 0x00, 0x61],
            // A reference to what was never there.
            [0x02, 0x02, 0x00],
        ] as [[UInt8]]
    )
    func `what breaks the rules is damaged`(_ bytes: [UInt8]) {
        #expect(self.inflate(bytes).0 == .damaged)
    }

    @Test func `a message says nothing about the next one`() {
        #expect(self.inflate([0x07]).0 == .damaged)
        let text = WebSocketFrameReaderTests.letters(5000)
        #expect(self.inflate(TestDeflate.compress(text), limit: 100).0 == .tooLarge)
        #expect(self.inflate(TestDeflate.compress(text)).1 == text)
        #expect(self.inflate(Array(TestDeflate.compress(text).dropLast(5))).0 == .damaged)
        #expect(self.inflate(TestDeflate.compress(text)).1 == text)
    }

    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `random bytes never trap, nor grow beyond the limit`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                bytes = TestDeflate.compress(bytes.map { $0 & 0x0f }, level: CInt.random(in: 0...9, using: &random))
                bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            var target = ByteBuffer()
            let result = self.inflater.inflate(ByteBuffer(bytes: bytes), limit: 1000, into: &target)
            #expect(target.readableBytes <= 1000)
            if result == .tooLarge { #expect(target.readableBytes == 1000) }
        }
    }

    @Test(arguments: [100, 1000, 65536, 300_000])
    func `a client reads what the server has compressed`(count: Int) throws {
        let text = WebSocketFrameReaderTests.letters(count)
        for _ in 0..<3 {
            let compressed = try #require(self.deflate(text))
            #expect(compressed.count < text.count)
            #expect(TestDeflate.inflate(compressed) == text)
        }
    }

    @Test func `what fits into a small window needs no larger one`() throws {
        for bits: CInt in 9...15 {
            var random = SeededGenerator(seed: UInt64(bits))
            let half = (0..<(1 << bits) / 2).map { _ in UInt8.random(in: 0...255, using: &random) }
            let compressed = try #require(self.deflate(half + half))
            #expect(TestDeflate.inflate(compressed, windowBits: bits) == half + half)
        }
    }

    @Test func `what does not get shorter is left as it is`() {
        var random = SeededGenerator(seed: 1)
        for count in [0, 1, 2, 3, 300, 70000] {
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(self.deflate(noise) == nil)
        }
        #expect(self.deflate(WebSocketFrameReaderTests.letters(300)) != nil)
    }
}

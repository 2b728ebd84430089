import Bayeux
import CometDTestKit
import NIOCore
import Testing

@Suite struct Z85Tests {
    /// The first bytes of one sequence as an independent program encodes them.
    static let prefixes: [(Int, String)] = [
        (0, #""#),
        (1, #"}V"#),
        (2, #"}YC"#),
        (3, #"}YFr"#),
        (4, #"}YFsx"#),
        (5, #"}YFsxJ@"#),
        (6, #"}YFsxKf!"#),
        (7, #"}YFsxKf)N"#),
        (8, #"}YFsxKf)Qt"#),
        (9, #"}YFsxKf)Qtbl"#),
        (10, #"}YFsxKf)Qtbs?"#),
        (11, #"}YFsxKf)Qtbs(U"#),
        (12, #"}YFsxKf)Qtbs(Wm"#),
        (13, #"}YFsxKf)Qtbs(WmW/"#),
        (14, #"}YFsxKf)Qtbs(WmX7*"#),
        (15, #"}YFsxKf)Qtbs(WmX7*#"#),
        (16, #"}YFsxKf)Qtbs(WmX7?0h"#),
        (17, #"}YFsxKf)Qtbs(WmX7?0ho8"#),
        (18, #"}YFsxKf)Qtbs(WmX7?0hok<"#),
        (19, #"}YFsxKf)Qtbs(WmX7?0hok{c"#),
        (20, #"}YFsxKf)Qtbs(WmX7?0hok{fc"#),
    ]

    private func bytes(_ count: Int) -> ByteBuffer {
        ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 251) })
    }

    @Test func `the vectors of ZeroMQ's RFC 32 hold`() throws {
        let hello = ByteBuffer(bytes: [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b] as [UInt8])
        #expect(Z85.encode(hello) == "HelloWorld")
        #expect(try Z85.decode("HelloWorld") == hello)
        let key =
            [
                0x8e, 0x0b, 0xdd, 0x69, 0x76, 0x28, 0xb9, 0x1d, 0x8f, 0x24, 0x55, 0x87, 0xee, 0x95, 0xc5, 0xb0,
                0x4d, 0x48, 0x96, 0x3f, 0x79, 0x25, 0x98, 0x77, 0xb4, 0x9c, 0xd9, 0x06, 0x3a, 0xea, 0xd3, 0xb7,
            ] as [UInt8]
        let text = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
        #expect(Z85.encode(ByteBuffer(bytes: key)) == text)
        #expect(try Z85.decode(text) == ByteBuffer(bytes: key))
    }

    @Test(arguments: Z85Tests.prefixes)
    func `every length has CometD's text`(count: Int, text: String) throws {
        #expect(Z85.encode(self.bytes(count)) == text)
        #expect(try Z85.decode(text) == self.bytes(count))
    }

    @Test func `all bytes survive, in every place of a group`() throws {
        for count in 1...4 {
            for byte in UInt8.min...UInt8.max {
                let bytes = ByteBuffer(repeating: byte, count: count)
                #expect(try Z85.decode(Z85.encode(bytes)) == bytes)
            }
        }
        let all = ByteBuffer(bytes: UInt8.min...UInt8.max)
        #expect(try Z85.decode(Z85.encode(all)) == all)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random bytes survive`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = ByteBuffer(
            bytes: (0..<Int.random(in: 0...500, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
        )
        #expect(try Z85.decode(Z85.encode(bytes)) == bytes)
    }

    @Test func `only the readable bytes of a buffer count`() {
        var buffer = ByteBuffer(bytes: [1, 2, 0x86, 0x4f, 0xd2, 0x6f, 9] as [UInt8])
        buffer.moveReaderIndex(forwardBy: 2)
        buffer.moveWriterIndex(to: 6)
        #expect(Z85.encode(buffer) == "Hello")
    }

    @Test(arguments: [
        ("Hello World0", 5), ("Hel\"o", 3), ("Hell\\", 4), ("HelloWo;", 7), ("HelloW,", 6), ("é000", 0),
        ("HelloWor\u{0}d", 8), ("00000~0000", 5), ("0000\u{7f}", 4),
    ])
    func `a character outside of the alphabet is found`(text: String, offset: Int) {
        #expect(throws: Z85Error(.illegalCharacter, offset: offset)) { try Z85.decode(text) }
    }

    @Test(arguments: [
        ("%nSc1", 0), ("#####", 0), ("HelloXXXXX#####00000", 10), ("Hello%nT", 5), ("##", 0), ("Hello####", 5),
    ])
    func `a group beyond four bytes is refused`(text: String, offset: Int) {
        #expect(throws: Z85Error(.groupTooLarge, offset: offset)) { try Z85.decode(text) }
    }

    @Test func `the largest groups are read`() throws {
        #expect(try Z85.decode("%nSc0") == ByteBuffer(repeating: 0xff, count: 4))
        #expect(try Z85.decode("%nS9") == ByteBuffer(repeating: 0xff, count: 3))
        #expect(try Z85.decode("%nJ") == ByteBuffer(repeating: 0xff, count: 2))
        #expect(try Z85.decode("@@") == ByteBuffer(repeating: 0xff, count: 1))
    }

    @Test(arguments: [1, 6, 11, 16])
    func `a single character at the end is refused`(count: Int) {
        #expect(throws: Z85Error(.truncated, offset: count)) { try Z85.decode(String(repeating: "0", count: count)) }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `no text traps, and what is read is written as a text of the same length`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("09azAZ.-:+=^!/*?&<>()[]{}@%$#%%##") + (seed % 4 == 0 ? Array("\" ~é") : [])
        let text = String(
            (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? "0"
            }
        )
        guard let bytes = try? Z85.decode(text) else { return }
        let again = Z85.encode(bytes)
        #expect(again.utf8.count == text.utf8.count)
        #expect(try! Z85.decode(again) == bytes)
    }

    @Test func `a megabyte is encoded and decoded`() throws {
        let bytes = self.bytes(1 << 20 | 3)
        let text = Z85.encode(bytes)
        #expect(text.utf8.count == (1 << 20) / 4 * 5 + 4)
        #expect(try Z85.decode(text) == bytes)
    }

    @Test func `errors say what is wrong and where`() {
        #expect("\(Z85Error(.illegalCharacter, offset: 17))" == "illegal character in Z85 at byte 17")
        #expect("\(Z85Error(.groupTooLarge, offset: 5))" == "group too large in Z85 at byte 5")
        #expect("\(Z85Error(.truncated, offset: 1))" == "truncated Z85 at byte 1")
    }
}

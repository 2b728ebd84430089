import NIOCore
import Testing

@testable import CometDBench

@Suite("MessageStamp")
struct MessageStampTests {
    private static let stamp = MessageStamp(
        iteration: 3,
        sequence: .max,
        intended: .uptimeNanoseconds(1),
        actual: .uptimeNanoseconds(0x0123_4567_89ab_cdef)
    )

    private static func read(_ text: String) -> MessageStamp? {
        ByteBuffer(string: text).withUnsafeReadableBytes { MessageStamp(in: $0) }
    }

    private static var text: String {
        var buffer = ByteBuffer()
        Self.stamp.write(to: &buffer)
        return String(buffer: buffer)
    }

    @Test func `what is written is read again, whatever stands around it`() {
        #expect(Self.text == "~b~00000003ffffffff00000000000000010123456789abcdef")
        #expect(Self.read(Self.text) == Self.stamp)
        #expect(Self.read("{ \"b\" : \"\(Self.text)\", \"p\":\"xx\" }") == Self.stamp)
    }

    @Test(arguments: ["", "~b~", "{\"b\":1}", "~b~00000003ffffffff00000000000000010123456789abcdeX"])
    func `what is no stamp is none`(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test func `times beyond the clock do not trap`() {
        #expect(Self.read("~b~" + String(repeating: "f", count: 48)) != nil)
    }
}

import NIOCore

@testable import CometDServerNIO

/// A frame as a client sends it, legal or not.
struct WebSocketClientFrame {
    var firstByte: UInt8
    var payload: [UInt8]
    var key: [UInt8]? = [0x12, 0x34, 0x56, 0x78]
    /// How many bytes the length takes: 0, 2 or 8 behind the second one; `nil`: as few as possible.
    var lengthBytes: Int?

    init(_ opcode: WebSocketOpcode, _ payload: some Sequence<UInt8> = [], isFinal: Bool = true) {
        self.firstByte = opcode.rawValue | (isFinal ? 0x80 : 0)
        self.payload = Array(payload)
    }

    init(_ opcode: WebSocketOpcode, _ text: String, isFinal: Bool = true) {
        self.init(opcode, text.utf8, isFinal: isFinal)
    }

    /// A whole message of text that has been compressed.
    static func compressed(_ text: String) -> Self {
        Self.compressed(.text, TestDeflate.compress(text.utf8))
    }

    /// The first frame of a message that has been compressed.
    static func compressed(_ opcode: WebSocketOpcode, _ payload: some Sequence<UInt8>, isFinal: Bool = true) -> Self {
        Self(opcode, payload, isFinal: isFinal).with { $0.firstByte |= 0x40 }
    }

    /// A close frame with a code and a reason.
    static func close(_ code: UInt16, _ reason: String = "") -> Self {
        Self(.close, [UInt8(code >> 8), UInt8(code & 0xff)] + Array(reason.utf8))
    }

    /// The frame with one thing changed.
    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }

    var bytes: [UInt8] {
        var bytes = [self.firstByte]
        let masked: UInt8 = self.key == nil ? 0 : 0x80
        let count = self.payload.count
        switch self.lengthBytes ?? (count < 126 ? 0 : count < 65536 ? 2 : 8) {
        case 0: bytes.append(masked | UInt8(count))
        case 2: bytes += [masked | 126, UInt8(count >> 8), UInt8(count & 0xff)]
        default: bytes += [masked | 127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
        }
        guard let key = self.key else { return bytes + self.payload }
        bytes += key
        bytes += self.payload.enumerated().map { $0.element ^ key[$0.offset & 3] }
        return bytes
    }
}

extension ByteBuffer {
    /// The bytes of some frames, one after the other.
    init(frames: [WebSocketClientFrame]) {
        self.init(bytes: frames.flatMap(\.bytes))
    }
}

/// A frame that the server has sent.
struct WebSocketServerFrame: Equatable {
    var opcode: WebSocketOpcode
    var payload: [UInt8]
    var isCompressed = false

    /// The payload as text, in clear.
    var text: String {
        let clear = self.isCompressed ? TestDeflate.inflate(self.payload) ?? [] : self.payload
        return String(decoding: clear, as: UTF8.self)
    }

    /// The code of a close frame.
    var closeCode: UInt16? { self.payload.count < 2 ? nil : UInt16(self.payload[0]) << 8 | UInt16(self.payload[1]) }

    /// Takes the next whole frame out of a buffer; `nil` when there is none, or one that a server may not send.
    init?(readingFrom buffer: inout ByteBuffer, allowsCompression: Bool = false) {
        var rest = buffer
        guard let first = rest.readInteger(as: UInt8.self), first & (allowsCompression ? 0xb0 : 0xf0) == 0x80,
            let opcode = WebSocketOpcode(rawValue: first & 0x0f), let second = rest.readInteger(as: UInt8.self)
        else { return nil }
        self.isCompressed = first & 0x40 != 0
        let length: Int? =
            switch second {
            case 0..<126: Int(second)
            case 126: rest.readInteger(as: UInt16.self).map { Int($0) }
            case 127: rest.readInteger(as: UInt64.self).map { Int($0) }
            default: nil
            }
        guard let length, let payload = rest.readBytes(length: length) else { return nil }
        self.opcode = opcode
        self.payload = payload
        buffer = rest
    }
}

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

    /// The payload as text.
    var text: String { String(decoding: self.payload, as: UTF8.self) }

    /// The code of a close frame.
    var closeCode: UInt16? { self.payload.count < 2 ? nil : UInt16(self.payload[0]) << 8 | UInt16(self.payload[1]) }

    /// Takes the next whole frame out of a buffer; `nil` when there is none, or one that a server may not send.
    init?(readingFrom buffer: inout ByteBuffer) {
        var rest = buffer
        guard let first = rest.readInteger(as: UInt8.self), first & 0xf0 == 0x80,
            let opcode = WebSocketOpcode(rawValue: first & 0x0f), let second = rest.readInteger(as: UInt8.self)
        else { return nil }
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

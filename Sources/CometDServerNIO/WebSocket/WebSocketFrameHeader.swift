/// The beginning of a frame that a client sent.
///
/// - SeeAlso: RFC 6455, section 5.2; RFC 7692, section 6.
struct WebSocketFrameHeader {
    /// What the bytes are.
    enum Found {
        /// Not all of the header is there yet.
        case incomplete
        /// The whole header, its masking key included.
        case header(WebSocketFrameHeader)
        /// The peer broke a rule: the connection fails with the close code.
        case failure(closeCode: UInt16)
    }

    /// What the frame is.
    var opcode: WebSocketOpcode
    /// Whether it is its message's last.
    var isFinal: Bool
    /// Whether it is the first of a compressed message.
    var isCompressed: Bool
    /// The length of the payload in bytes; at most 125 in control frames.
    var payloadLength: Int
    /// What the payload is masked with.
    var mask: WebSocketMask
    /// The length of the header itself.
    var length: Int

    /// Reads the header at the start of some bytes.
    ///
    /// - Parameters:
    ///   - bytes: What has been received.
    ///   - maxLength: How large the payload of a data frame may be; told of a larger one before anything of it is there.
    ///   - allowsCompression: Whether messages may be compressed.
    /// - Returns: The header, or why there is none.
    static func read(_ bytes: UnsafeRawBufferPointer, maxLength: Int, allowsCompression: Bool) -> Found {
        guard bytes.count >= 2 else { return .incomplete }
        let (first, second) = (bytes[0], bytes[1])
        // Compression gives the first of the reserved bits a meaning; what a client sends must be masked.
        let reserved: UInt8 = allowsCompression ? 0x30 : 0x70
        guard first & reserved == 0, let opcode = WebSocketOpcode(rawValue: first & 0x0f), second & 0x80 != 0 else {
            return .failure(closeCode: WebSocketCloseCode.protocolError)
        }
        let isFinal = first & 0x80 != 0
        let isCompressed = first & 0x40 != 0
        var payloadLength = Int(second & 0x7f)
        if opcode.isControl, !isFinal || payloadLength > 125 {
            return .failure(closeCode: WebSocketCloseCode.protocolError)
        }
        // RFC 7692, section 6: the bit belongs to the first frame of a message.
        if isCompressed, opcode.isControl || opcode == .continuation {
            return .failure(closeCode: WebSocketCloseCode.protocolError)
        }
        var index = 2
        if payloadLength == 126 {
            guard bytes.count >= 4 else { return .incomplete }
            payloadLength = Int(bytes[2]) << 8 | Int(bytes[3])
            index = 4
        } else if payloadLength == 127 {
            guard bytes.count >= 10 else { return .incomplete }
            let long = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
            guard long >> 63 == 0 else { return .failure(closeCode: WebSocketCloseCode.protocolError) }
            payloadLength = Int(clamping: long)
            index = 10
        }
        if !opcode.isControl, payloadLength > maxLength {
            return .failure(closeCode: WebSocketCloseCode.messageTooBig)
        }
        guard bytes.count >= index + 4 else { return .incomplete }
        return .header(
            WebSocketFrameHeader(
                opcode: opcode,
                isFinal: isFinal,
                isCompressed: isCompressed,
                payloadLength: payloadLength,
                mask: WebSocketMask(loaded: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)),
                length: index + 4
            )
        )
    }
}

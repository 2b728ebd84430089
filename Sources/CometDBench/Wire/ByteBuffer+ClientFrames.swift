package import NIOCore

extension ByteBuffer {
    /// What a frame of a client is.
    package enum ClientFrame: UInt8 {
        case text = 0x81
        case close = 0x88
        case pong = 0x8a
    }

    /// Appends a whole frame as a client sends it.
    ///
    /// It is masked with a key of zeros: the server takes it for masked, and the payload stays as it is. Masks protect
    /// proxies from what pages in browsers send, which this is not.
    ///
    /// - Parameters:
    ///   - kind: What the frame is.
    ///   - payload: Its payload; of a pong and a close at most 125 bytes.
    /// - SeeAlso: RFC 6455, sections 5.2 and 5.3.
    package mutating func writeClientFrame(_ kind: ClientFrame, _ payload: ByteBuffer) {
        let length = payload.readableBytes
        self.reserveCapacity(minimumWritableBytes: length + 14)
        self.writeInteger(kind.rawValue)
        if length < 126 {
            self.writeInteger(0x80 | UInt8(length))
        } else if length < 65536 {
            self.writeInteger(0x80 | 126 as UInt8)
            self.writeInteger(UInt16(length))
        } else {
            self.writeInteger(0x80 | 127 as UInt8)
            self.writeInteger(UInt64(length))
        }
        self.writeInteger(0 as UInt32)
        self.writeImmutableBuffer(payload)
    }
}

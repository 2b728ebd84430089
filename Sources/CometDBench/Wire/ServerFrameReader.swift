package import NIOCore

/// Takes the bytes that a server sends over a WebSocket apart into texts and control frames.
///
/// Holds no socket and no clock: bytes come in by ``append(_:)``, events go out by ``next()``. A text that lies whole in
/// one chunk is a slice of it, so that it costs no copy. Extensions are not spoken, so that reserved bits are a fault.
///
/// - SeeAlso: RFC 6455, section 5.
package struct ServerFrameReader {
    /// What the server has sent.
    package enum Event: Equatable {
        /// A whole message, of text or of bytes.
        case text(ByteBuffer)
        /// A ping, to be answered with the same payload.
        case ping(ByteBuffer)
        /// The server closes.
        case close
        /// The server broke a rule: the connection is of no use any more.
        case failure
    }

    private struct Header {
        var opcode: UInt8
        var isFinal: Bool
        var length: Int
        var payloadLength: Int
    }

    private enum State {
        case betweenMessages
        /// Some fragments of a message have come.
        case insideMessage(ByteBuffer)
        /// Nothing more is read. Terminal.
        case ended
    }

    /// More than any server's message.
    private static let mostPayload = 1 << 30

    private var received = ByteBuffer()
    private var state = State.betweenMessages

    package init() {}

    /// Takes a chunk of received bytes; all events before it should have been asked for.
    package mutating func append(_ chunk: ByteBuffer) {
        if self.received.readableBytes == 0 {
            self.received = chunk
        } else {
            self.received.writeImmutableBuffer(chunk)
        }
    }

    /// Reads on.
    ///
    /// - Returns: The next event; `nil` when more bytes are needed for one.
    package mutating func next() -> Event? {
        while true {
            if case .ended = self.state { return nil }
            let header: Header
            switch self.header() {
            case .failure: return self.fail()
            case .success(nil):
                self.releaseChunk()
                return nil
            case .success(let found?): header = found
            }
            guard self.received.readableBytes >= header.length + header.payloadLength else {
                self.releaseChunk(reserving: header.length + header.payloadLength)
                return nil
            }
            self.received.moveReaderIndex(forwardBy: header.length)
            guard let payload = self.received.readSlice(length: header.payloadLength) else { return self.fail() }
            if let event = self.event(header, payload) { return event }
        }
    }

    private enum Fault: Error { case malformed }

    private func header() -> Result<Header?, Fault> {
        self.received.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 2 else { return .success(nil) }
            let (first, second) = (bytes[0], bytes[1])
            guard first & 0x70 == 0, second & 0x80 == 0 else { return .failure(.malformed) }
            var header = Header(opcode: first & 0xf, isFinal: first & 0x80 != 0, length: 2, payloadLength: Int(second))
            if second == 126 {
                guard bytes.count >= 4 else { return .success(nil) }
                header.payloadLength = Int(bytes[2]) << 8 | Int(bytes[3])
                header.length = 4
            } else if second == 127 {
                guard bytes.count >= 10 else { return .success(nil) }
                let long = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
                guard long <= UInt64(Self.mostPayload) else { return .failure(.malformed) }
                header.payloadLength = Int(long)
                header.length = 10
            }
            if header.opcode >= 8, !header.isFinal || header.payloadLength > 125 { return .failure(.malformed) }
            return .success(header)
        }
    }

    /// What a whole frame is; `nil` for a fragment that is not the last.
    private mutating func event(_ header: Header, _ payload: ByteBuffer) -> Event? {
        switch header.opcode {
        case 0x8:
            self.state = .ended
            return .close
        case 0x9: return .ping(payload)
        case 0xa: return nil
        case 0x0:
            guard case .insideMessage(var message) = self.state else { return self.fail() }
            self.state = .betweenMessages
            guard message.readableBytes + payload.readableBytes <= Self.mostPayload else { return self.fail() }
            message.writeImmutableBuffer(payload)
            if header.isFinal { return .text(message) }
            self.state = .insideMessage(message)
            return nil
        case 0x1, 0x2:
            guard case .betweenMessages = self.state else { return self.fail() }
            if header.isFinal { return .text(payload) }
            self.state = .insideMessage(ByteBuffer(bytes: payload.readableBytesView))
            return nil
        default: return self.fail()
        }
    }

    private mutating func fail() -> Event {
        self.state = .ended
        return .failure
    }

    /// Lets go of the received chunk; what a frame begins with is kept in a buffer of its own.
    private mutating func releaseChunk(reserving size: Int = 0) {
        if self.received.readableBytes == 0 {
            self.received = ByteBuffer()
        } else if self.received.readerIndex > 0 || self.received.capacity < size {
            var rest = ByteBufferAllocator().buffer(capacity: max(size, self.received.readableBytes))
            rest.writeImmutableBuffer(self.received)
            self.received = rest
        }
    }
}

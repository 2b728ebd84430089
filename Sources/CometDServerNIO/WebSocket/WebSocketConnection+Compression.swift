import CometDServer
import NIOCore

// Messages that are compressed on their way, in either direction.
extension WebSocketConnection {
    /// How many bytes of messages are inflated before the event loop turns to other connections: a chunk of 64 KiB can
    /// stand for a thousand times as much.
    static let mostInflated = 256 << 10

    /// The frame of a message that goes to many, compressed once for all of them.
    func compressedFrame(of message: OutboundMessage) -> ByteBuffer {
        guard self.compresses(frameOf: message.frame.readableBytes) else { return message.frame }
        return message.compressedFrame { frame in
            let scratch = WebSocketScratch.current
            let isShorter = frame.withUnsafeReadableBytes { scratch.deflate($0) }
            return isShorter ? ByteBuffer(bytes: scratch.deflated.readableBytesView) : frame
        }
    }

    /// Replaces the last frame of some by a compressed one, if the peer takes that and it is shorter.
    ///
    /// - Parameters:
    ///   - start: Where the frame begins; it ends with the buffer.
    ///   - frames: The frames.
    func compressFrame(at start: Int, of frames: inout ByteBuffer) {
        let length = frames.writerIndex - start
        guard self.deflateWindowBits != 0, self.compresses(frameOf: length) else { return }
        let scratch = WebSocketScratch.current
        let isShorter = frames.withUnsafeReadableBytes { bytes in
            scratch.deflate(UnsafeRawBufferPointer(rebasing: bytes.suffix(length)))
        }
        guard isShorter else { return }
        frames.moveWriterIndex(to: start)
        frames.writeImmutableBuffer(scratch.deflated)
    }

    /// Whether a frame of a length may be compressed.
    ///
    /// The loop has one deflater, with the largest window. For a peer that has asked for a smaller one it serves as well
    /// as long as the whole message fits into that: what is not there cannot be referred to.
    private func compresses(frameOf length: Int) -> Bool {
        length > MessageDeflater.threshold + ByteBuffer.webSocketHeaderLength(ofFrame: length)
            && (self.deflateWindowBits == MessageDeflater.windowBits || length <= 1 << self.deflateWindowBits)
    }

    /// Reads a text that came compressed.
    ///
    /// - Returns: How many bytes it had in clear.
    @inline(never)
    func receivedCompressedText(_ message: ByteBuffer, _ scratch: WebSocketScratch) -> Int {
        guard case .open = self.state else { return 0 }
        let result = scratch.inflater.inflate(message, limit: self.reader.maxTextSize, into: &scratch.inflated)
        let text = scratch.inflated
        switch result {
        case .inflated: self.receivedText(text, scratch)
        case .tooLarge: self.fail(WebSocketCloseCode.messageTooBig)
        case .damaged: self.fail(WebSocketCloseCode.invalidPayload)
        }
        if text.readableBytes > WebSocketScratch.mostPayload { scratch.inflated = ByteBuffer() }
        if message.readableBytes > WebSocketScratch.mostPayload { scratch.payload = ByteBuffer() }
        return text.readableBytes
    }
}

extension WebSocketScratch {
    /// Makes ``deflated`` the compressed form of a frame.
    ///
    /// - Parameter frame: A whole frame of text.
    /// - Returns: Whether the compressed frame is shorter; else what is in ``deflated`` is of no use.
    fileprivate func deflate(_ frame: UnsafeRawBufferPointer) -> Bool {
        if self.deflated.capacity > Self.mostFrames { self.deflated = ByteBuffer() }
        let room = ByteBuffer.longestWebSocketHeader
        self.deflated.clear(minimumCapacity: frame.count + room)
        // The header's length depends on the payload's: it is filled in afterwards.
        self.deflated.moveWriterIndex(to: room)
        self.deflated.moveReaderIndex(to: room)
        let payload = frame.dropFirst(ByteBuffer.webSocketHeaderLength(ofFrame: frame.count))
        guard self.deflater.deflate(UnsafeRawBufferPointer(rebasing: payload), into: &self.deflated) else {
            return false
        }
        var header = ByteBuffer()
        header.writeWebSocketHeader(.text, payloadLength: self.deflated.readableBytes, isCompressed: true)
        let start = room - header.readableBytes
        self.deflated.setBuffer(header, at: start)
        self.deflated.moveReaderIndex(to: start)
        return true
    }
}

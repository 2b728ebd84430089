import NIOCore

/// Takes the bytes that a client sends over a WebSocket apart into messages and control frames.
///
/// Holds no socket and no clock: bytes come in by ``append(_:)``, events go out by ``next(scratch:)``. A frame that lies
/// whole in one chunk is unmasked into a buffer that the caller lends; parts of frames and fragments gather in a buffer
/// of the message's own. Nothing is kept between messages. A peer's fault ends the reader with
/// ``Event/failure(closeCode:)``; whatever comes after it, or after a close frame, is dropped.
///
/// A compressed message is told of as it came: inflating it is for the one who reads it.
///
/// - SeeAlso: RFC 6455, sections 5 and 7; RFC 7692, section 6.
struct WebSocketFrameReader {
    /// What a peer has sent.
    enum Event: Equatable {
        /// A whole message of text, in clear; whether it is UTF-8 is for the one who reads it to find out.
        case text(ByteBuffer)
        /// A whole message of text, not masked any more but still compressed.
        case compressedText(ByteBuffer)
        /// A whole message of bytes, compressed or not: nobody looks at it.
        case binary(ByteBuffer)
        /// A ping, to be answered with the same payload.
        case ping(ByteBuffer)
        /// A pong.
        case pong
        /// The peer closes; the code is `nil` when it gave none.
        case close(code: UInt16?, reason: String)
        /// The peer broke a rule or a limit: the connection fails with the code.
        case failure(closeCode: UInt16)
    }

    /// What is told of a message, as the beginning of its first frame has it.
    private enum MessageKind {
        case text
        case compressedText
        case binary

        @inline(__always)
        init(_ header: WebSocketFrameHeader) {
            if header.opcode == .text {
                self = header.isCompressed ? .compressedText : .text
            } else {
                self = .binary
            }
        }

        @inline(__always)
        func event(_ payload: ByteBuffer) -> Event {
            switch self {
            case .text: .text(payload)
            case .compressedText: .compressedText(payload)
            case .binary: .binary(payload)
            }
        }
    }

    /// A message of which not all has come.
    private struct Message {
        var kind: MessageKind
        var payload = ByteBuffer()
    }

    /// What is still to come of a data frame.
    private struct FrameRest {
        var isFinal: Bool
        var count: Int
        var mask: WebSocketMask
    }

    private enum State {
        /// A header comes next, of a new message or of the next fragment of one.
        case betweenFrames(Message?)
        /// Payload comes next.
        case insideFrame(Message, FrameRest)
        /// Nothing more is read. Terminal.
        case ended
    }

    private let maxMessageSize: UInt32
    /// Whether messages may be compressed.
    private let allowsCompression: Bool
    /// What has been received and not been read: after ``next(scratch:)`` returned `nil`, no more than the beginning of
    /// a header or of a control frame, in a buffer of its own.
    private var received = ByteBuffer()
    private var state = State.betweenFrames(nil)

    /// Makes a reader for a new connection.
    ///
    /// - Parameters:
    ///   - maxMessageSize: How large a message may be, in bytes, over all of its fragments; at most 1 GiB. A compressed one
    ///     may be an eighth larger as it comes: what does not compress grows a little.
    ///   - allowsCompression: Whether messages may be compressed.
    init(maxMessageSize: Int, allowsCompression: Bool = false) {
        self.maxMessageSize = UInt32(max(0, min(maxMessageSize, 1 << 30)))
        self.allowsCompression = allowsCompression
    }

    /// How many bytes a message may have in clear.
    var maxTextSize: Int { Int(self.maxMessageSize) }

    /// Whether every received byte has been used.
    var isEmpty: Bool { self.received.readableBytes == 0 }

    /// Takes a chunk of received bytes; all events before it should have been asked for.
    mutating func append(_ chunk: ByteBuffer) {
        if self.received.readableBytes == 0 {
            self.received = chunk
        } else {
            self.received.writeImmutableBuffer(chunk)
        }
    }

    /// Reads on.
    ///
    /// - Parameter scratch: A buffer to unmask into, overwritten at each call. A payload is often a copy of it: memory is
    ///   used again when the payload has been let go of before the next call.
    /// - Returns: The next event; `nil` when more bytes are needed for one.
    mutating func next(scratch: inout ByteBuffer) -> Event? {
        while true {
            let step =
                switch self.state {
                case .betweenFrames(let message):
                    self.readFrame(begunBytes: message?.payload.readableBytes ?? 0, scratch: &scratch)
                case .insideFrame: self.readPayload()
                case .ended: self.drop()
                }
            switch step {
            case .tell(let event): return event
            case .goOn: break
            case .wait:
                self.releaseChunk()
                return nil
            }
        }
    }
}

// MARK: - Steps

extension WebSocketFrameReader {
    private enum Step {
        /// An event is complete.
        case tell(Event)
        /// Something has been read that is no event of its own.
        case goOn
        /// More bytes are needed.
        case wait
    }

    /// How many bytes of one message are received, whatever kind it is of.
    @inline(__always)
    private var mostReceived: Int {
        let most = Int(self.maxMessageSize)
        return self.allowsCompression ? most + most / 8 + 64 : most
    }

    /// Reads a header and, when the frame is whole, the rest of it.
    private mutating func readFrame(begunBytes: Int, scratch: inout ByteBuffer) -> Step {
        let found = self.received.withUnsafeReadableBytes { bytes in
            WebSocketFrameHeader.read(
                bytes,
                maxLength: self.mostReceived - begunBytes,
                allowsCompression: self.allowsCompression
            )
        }
        switch found {
        case .incomplete: return .wait
        case .failure(let closeCode): return self.fail(closeCode)
        case .header(let header):
            let isWhole = self.received.readableBytes - header.length >= header.payloadLength
            if header.opcode.isControl {
                return isWhole ? self.readControlFrame(header, scratch: &scratch) : .wait
            }
            return self.readDataFrame(header, isWhole: isWhole, scratch: &scratch)
        }
    }

    @inline(__always)
    private mutating func readDataFrame(
        _ header: WebSocketFrameHeader,
        isWhole: Bool,
        scratch: inout ByteBuffer
    ) -> Step {
        let isContinuation = header.opcode == .continuation
        guard case .betweenFrames(let begun) = self.state, isContinuation == (begun != nil) else {
            return self.fail(WebSocketCloseCode.protocolError)
        }
        if self.allowsCompression {
            let size = header.payloadLength + (begun?.payload.readableBytes ?? 0)
            let isCompressed = begun.map { $0.kind == .compressedText } ?? header.isCompressed
            guard isCompressed || size <= self.maxMessageSize else {
                return self.fail(WebSocketCloseCode.messageTooBig)
            }
        }
        if isWhole, header.isFinal, !isContinuation {
            self.readWholePayload(header, into: &scratch)
            return .tell(MessageKind(header).event(scratch))
        }
        self.received.moveReaderIndex(forwardBy: header.length)
        self.state = .insideFrame(
            begun ?? Message(kind: MessageKind(header)),
            FrameRest(isFinal: header.isFinal, count: header.payloadLength, mask: header.mask)
        )
        return .goOn
    }

    /// Reads what there is of the payload of a frame that came in parts or belongs to a message of several.
    private mutating func readPayload() -> Step {
        guard case .insideFrame(var message, var rest) = self.takeState() else { return .wait }
        let count = min(rest.count, self.received.readableBytes)
        rest.count -= count
        self.unmask(count, with: &rest.mask, appendingTo: &message.payload)
        guard rest.count == 0 else {
            self.state = .insideFrame(message, rest)
            return .wait
        }
        guard rest.isFinal else {
            self.state = .betweenFrames(message)
            return .goOn
        }
        self.state = .betweenFrames(nil)
        return .tell(message.kind.event(message.payload))
    }

    private mutating func readControlFrame(_ header: WebSocketFrameHeader, scratch: inout ByteBuffer) -> Step {
        self.readWholePayload(header, into: &scratch)
        switch header.opcode {
        case .ping: return .tell(.ping(scratch))
        case .pong: return .tell(.pong)
        case .close: return self.readClose(&scratch)
        case .continuation, .text, .binary: preconditionFailure("these are no control frames")
        }
    }

    private mutating func readClose(_ payload: inout ByteBuffer) -> Step {
        guard payload.readableBytes > 0 else {
            self.state = .ended
            return .tell(.close(code: nil, reason: ""))
        }
        guard let code = payload.readInteger(as: UInt16.self), WebSocketCloseCode.isValid(code) else {
            return self.fail(WebSocketCloseCode.protocolError)
        }
        guard let reason = String(validating: payload.readableBytesView, as: UTF8.self) else {
            return self.fail(WebSocketCloseCode.invalidPayload)
        }
        self.state = .ended
        return .tell(.close(code: code, reason: reason))
    }

    private mutating func fail(_ closeCode: UInt16) -> Step {
        self.state = .ended
        return .tell(.failure(closeCode: closeCode))
    }

    private mutating func drop() -> Step {
        self.received.moveReaderIndex(to: self.received.writerIndex)
        return .wait
    }
}

// MARK: - Bytes

extension WebSocketFrameReader {
    /// Reads a frame that has been received whole.
    @inline(__always)
    private mutating func readWholePayload(_ header: WebSocketFrameHeader, into scratch: inout ByteBuffer) {
        var mask = header.mask
        scratch.clear(minimumCapacity: header.payloadLength)
        self.received.moveReaderIndex(forwardBy: header.length)
        self.unmask(header.payloadLength, with: &mask, appendingTo: &scratch)
    }

    /// Moves received bytes to another buffer, in clear.
    ///
    /// Never in place: the receiving channel refers to them too, so that a change would copy them first.
    @inline(__always)
    private mutating func unmask(_ count: Int, with mask: inout WebSocketMask, appendingTo buffer: inout ByteBuffer) {
        self.received.withUnsafeReadableBytes { bytes in
            let masked = UnsafeRawBufferPointer(rebasing: bytes.prefix(count))
            _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
                mask.remove(from: masked, to: target)
                return masked.count
            }
        }
        self.received.moveReaderIndex(forwardBy: count)
    }

    /// Takes the state out, so that a message in it can grow where it lies.
    private mutating func takeState() -> State {
        var state = State.ended
        swap(&state, &self.state)
        return state
    }

    /// Lets go of the received chunk; what the next header or control frame begins with is kept in a buffer of its own.
    private mutating func releaseChunk() {
        let isUsedUp = self.received.readableBytes == 0
        self.received = isUsedUp ? ByteBuffer() : ByteBuffer(bytes: self.received.readableBytesView)
    }
}

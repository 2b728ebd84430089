package import Bayeux
package import NIOCore
import Synchronization

/// A message in the form in which it leaves, encoded once for all who get it.
///
/// One buffer holds a ready WebSocket text frame with an array of the one message; the message's own JSON is a slice
/// of it. Queues hold references to it. Every event loop has its own copy, so that their reference counts do not
/// meet.
package final class OutboundMessage: Sendable {
    /// A whole WebSocket frame.
    package let frame: ByteBuffer
    /// The message's JSON object, without the array's brackets.
    package let json: ByteBuffer
    /// How long the message may wait for others; `nil` when it is not lazy.
    let lazyTimeout: TimeAmount?
    /// How deep the hook was nested that published or delivered it; zero for what clients send.
    let depth: Int
    /// The frame compressed, once somebody has asked for that.
    private let compressed = AtomicLazyReference<CompressedFrame>()

    /// What stands for the transport's `maxLazyTimeout`, which is shorter.
    static let longestWait = TimeAmount.nanoseconds(.max)

    /// Encodes a message for delivery.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - keepsID: Whether the `id` stays, as in the answer to a remote call; the `clientId` never does.
    ///   - lazyTimeout: How long the message may wait for others.
    ///   - depth: How deep the hook was nested that published or delivered it.
    package convenience init(
        _ message: BayeuxMessage,
        keepsID: Bool = false,
        lazyTimeout: TimeAmount? = nil,
        depth: Int = 0
    ) {
        // The header's length depends on the payload's: write behind room for the longest and fill in before it.
        var frame = ByteBufferAllocator().buffer(capacity: Self.longestHeader + 256)
        frame.moveWriterIndex(to: Self.longestHeader)
        frame.moveReaderIndex(to: Self.longestHeader)
        frame.writeStaticString("[")
        message.encodeForDelivery(into: &frame, keepingID: keepsID)
        frame.writeStaticString("]")
        Self.prependHeader(to: &frame)
        self.init(frame: frame, lazyTimeout: lazyTimeout, depth: depth)
    }

    private init(frame: ByteBuffer, lazyTimeout: TimeAmount?, depth: Int) {
        var json = frame
        // A frame that was made here always has its header and brackets.
        json.moveReaderIndex(forwardBy: Self.headerLength(frameBytes: frame.readableBytes) + 1)
        json.moveWriterIndex(to: json.writerIndex - 1)
        self.frame = frame
        self.json = json
        self.lazyTimeout = lazyTimeout
        self.depth = depth
    }

    /// The message that was encoded, for the few who look into it again.
    var message: BayeuxMessage {
        var envelopes: ContiguousArray<MessageEnvelope> = []
        guard (try? BatchScanner.scan(self.json, limits: ScanLimits(maxDepth: .max), into: &envelopes)) == .object,
            let envelope = envelopes.first
        else {
            preconditionFailure("a message is encoded as valid JSON")
        }
        var message = BayeuxMessage(self.json, envelope)
        message.isLazy = self.lazyTimeout != nil
        return message
    }

    /// The same message in bytes of its own, for another event loop.
    func copy() -> OutboundMessage {
        OutboundMessage(
            frame: ByteBuffer(bytes: self.frame.readableBytesView),
            lazyTimeout: self.lazyTimeout,
            depth: self.depth
        )
    }

    /// The frame in the form that compressing connections send, made at the first call and kept with the message.
    ///
    /// - Parameter compress: Makes it of the frame; returns the frame itself when that is not worth while.
    /// - Returns: The frame that was made, by this call or by one before.
    package func compressedFrame(_ compress: (ByteBuffer) -> ByteBuffer) -> ByteBuffer {
        if let made = self.compressed.load() { return made.bytes }
        return self.compressed.storeIfNil(CompressedFrame(bytes: compress(self.frame))).bytes
    }

    private final class CompressedFrame: Sendable {
        let bytes: ByteBuffer

        init(bytes: ByteBuffer) {
            self.bytes = bytes
        }
    }

    private static let longestHeader = 10

    /// The length of the header of a frame that the server sends, from the length of the whole frame.
    private static func headerLength(frameBytes: Int) -> Int {
        if frameBytes < 126 + 2 { return 2 }
        return frameBytes < 65536 + 4 ? 4 : 10
    }

    /// Puts the header of a final, unmasked text frame in front of the readable bytes, in the room that is there.
    private static func prependHeader(to frame: inout ByteBuffer) {
        let length = frame.readableBytes
        let start: Int
        switch length {
        case 0..<126:
            start = frame.readerIndex - 2
            frame.setInteger(UInt8(length), at: start + 1)
        case 126..<65536:
            start = frame.readerIndex - 4
            frame.setInteger(126 as UInt8, at: start + 1)
            frame.setInteger(UInt16(length), at: start + 2)
        default:
            start = frame.readerIndex - 10
            frame.setInteger(127 as UInt8, at: start + 1)
            frame.setInteger(UInt64(length), at: start + 2)
        }
        frame.setInteger(0x81 as UInt8, at: start)
        frame.moveReaderIndex(to: start)
    }
}

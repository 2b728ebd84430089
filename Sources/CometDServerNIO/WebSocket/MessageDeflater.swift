import CZlib
import NIOCore

/// Compresses messages, each for itself.
///
/// Takes 268 kB, so there is one for each event loop, used by its WebSockets in turn (``WebSocketScratch``).
///
/// - SeeAlso: RFC 7692, section 7.2.1.
final class MessageDeflater {
    /// Payloads of at most so many bytes are sent as they are: they would hardly shrink, and cost the peer work.
    static let threshold = 256
    /// The size of the window as a power of two: zlib's largest.
    static let windowBits: UInt8 = 15
    /// The choice between speed and size: zlib's own, since what is compressed once is mostly sent many times.
    private static let level = Z_DEFAULT_COMPRESSION
    /// zlib's default.
    private static let memoryLevel: CInt = 8
    /// What an empty block leaves at the end of each message; the receiver appends it again.
    private static let tailLength = 4

    /// On the heap, because zlib remembers where it lies.
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        // Fails for lack of memory only, like every other allocation.
        let result = CZlib_deflateInit2(self.stream, Self.level, -CInt(Self.windowBits), Self.memoryLevel)
        precondition(result == Z_OK, "zlib cannot compress: \(result)")
    }

    deinit {
        deflateEnd(self.stream)
        self.stream.deallocate()
    }

    /// Appends a message in compressed form, if that is shorter.
    ///
    /// - Parameters:
    ///   - message: The message as it is.
    ///   - target: What it is appended to; the same as before when the compressed form is not shorter.
    /// - Returns: Whether it is shorter.
    func deflate(_ message: UnsafeRawBufferPointer, into target: inout ByteBuffer) -> Bool {
        // No more room than a gain leaves, and one byte, which tells the end from a lack of room.
        let room = message.count + Self.tailLength
        guard message.count > 0, let available = UInt32(exactly: room),
            let source = message.assumingMemoryBound(to: Bytef.self).baseAddress
        else { return false }
        deflateReset(self.stream)
        var isShorter = false
        target.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
            // zlib does not write to its input; its declaration says so only when asked to.
            self.stream.pointee.next_in = UnsafeMutablePointer(mutating: source)
            self.stream.pointee.avail_in = available - UInt32(Self.tailLength)
            self.stream.pointee.next_out = space.assumingMemoryBound(to: Bytef.self).baseAddress
            self.stream.pointee.avail_out = available
            let result = CZlib.deflate(self.stream, Z_SYNC_FLUSH)
            let stream = self.stream.pointee
            isShorter = result == Z_OK && stream.avail_in == 0 && stream.avail_out > 0
            return isShorter ? room - Int(stream.avail_out) - Self.tailLength : 0
        }
        self.stream.pointee.next_in = nil
        self.stream.pointee.next_out = nil
        return isShorter
    }
}

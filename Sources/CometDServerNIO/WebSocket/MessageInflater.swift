import CZlib
import NIOCore

/// Makes compressed messages what they were, each for itself, and none larger than allowed.
///
/// Takes 40 kB, so there is one for each event loop, used by its WebSockets in turn (``WebSocketScratch``).
///
/// - SeeAlso: RFC 7692, section 7.2.2.
final class MessageInflater {
    /// What has become of a message.
    enum Result: Equatable {
        /// It is whole.
        case inflated
        /// It is larger than allowed.
        case tooLarge
        /// It has not been compressed by the rules, or not all of it is there.
        case damaged
    }

    /// How many bytes are inflated at a time at least.
    private static let leastChunk = 1024
    /// What every sender leaves out at the end of a message: the length of an empty block.
    private static let tail: [UInt8] = [0, 0, 0xff, 0xff]

    /// On the heap, because zlib remembers where it lies.
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        // Fails for lack of memory only, like every other allocation.
        let result = CZlib_inflateInit2(self.stream, -CInt(MAX_WBITS))
        precondition(result == Z_OK, "zlib cannot inflate: \(result)")
    }

    deinit {
        inflateEnd(self.stream)
        self.stream.deallocate()
    }

    /// Inflates a message.
    ///
    /// - Parameters:
    ///   - message: The message in compressed form.
    ///   - limit: How many bytes it may have in clear. No more than these are ever held.
    ///   - target: Where it goes; what was in it is overwritten, also when the message is refused.
    /// - Returns: What has become of it.
    func inflate(_ message: ByteBuffer, limit: Int, into target: inout ByteBuffer) -> Result {
        inflateReset(self.stream)
        target.clear(minimumCapacity: min(limit, max(1024, 4 * message.readableBytes)))
        var ending = message.withUnsafeReadableBytes { self.inflate($0, limit: limit, into: &target) }
        if ending == .wantsMore {
            ending = Self.tail.withUnsafeBytes { self.inflate($0, limit: limit, into: &target) }
        }
        self.stream.pointee.next_in = nil
        self.stream.pointee.next_out = nil
        switch ending {
        // Behind a block zlib stands in front of the next one; anywhere else something is missing.
        case .wantsMore: return self.stream.pointee.data_type & 128 != 0 ? .inflated : .damaged
        case .ended: return .inflated
        case .tooLarge: return .tooLarge
        case .damaged: return .damaged
        }
    }

    /// How a part of a message ends.
    private enum Ending {
        /// More may follow.
        case wantsMore
        /// The sender has marked its last block as such.
        case ended
        case tooLarge
        case damaged
    }

    /// Inflates a part of a message, all of what it stands for.
    private func inflate(_ bytes: UnsafeRawBufferPointer, limit: Int, into target: inout ByteBuffer) -> Ending {
        guard let count = UInt32(exactly: bytes.count) else { return .tooLarge }
        let source = bytes.assumingMemoryBound(to: Bytef.self).baseAddress
        // zlib does not write to its input; its declaration says so only when asked to.
        self.stream.pointee.next_in = source.map { UnsafeMutablePointer(mutating: $0) }
        self.stream.pointee.avail_in = count
        while true {
            let most = max(target.writableBytes, target.readableBytes, Self.leastChunk)
            let room = min(most, limit - target.readableBytes)
            let (result, isFull) = room > 0 ? self.inflateChunk(room, into: &target) : self.probe()
            if isFull, room <= 0 { return .tooLarge }
            switch result {
            // Without a step forward, which zlib calls an error of the buffer, all has been done.
            case Z_OK, Z_BUF_ERROR:
                if !isFull { return .wantsMore }
            case Z_STREAM_END:
                if self.stream.pointee.avail_in == 0 { return .ended }
                // What follows is compressed anew; most often it is nothing but an empty block.
                inflateReset(self.stream)
            default:
                return .damaged
            }
        }
    }

    /// - Returns: zlib's result, and whether all of the room has been used.
    private func inflateChunk(_ room: Int, into target: inout ByteBuffer) -> (result: CInt, isFull: Bool) {
        var result = Z_OK
        var left: UInt32 = 0
        target.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
            self.stream.pointee.next_out = space.assumingMemoryBound(to: Bytef.self).baseAddress
            self.stream.pointee.avail_out = UInt32(room)
            result = CZlib.inflate(self.stream, Z_SYNC_FLUSH)
            left = self.stream.pointee.avail_out
            return room - Int(left)
        }
        return (result, left == 0)
    }

    /// Finds out whether there is more than is allowed, without keeping it.
    private func probe() -> (result: CInt, isFull: Bool) {
        var byte: Bytef = 0
        return withUnsafeMutablePointer(to: &byte) { byte in
            self.stream.pointee.next_out = byte
            self.stream.pointee.avail_out = 1
            let result = CZlib.inflate(self.stream, Z_SYNC_FLUSH)
            return (result, self.stream.pointee.avail_out == 0)
        }
    }
}

import CZlib
import NIOCore

/// Compression of whole files.
///
/// - SeeAlso: RFC 1952.
enum Gzip {
    /// Contents of fewer bytes are left as they are: they fit into a packet.
    static let threshold = 1024
    /// What makes zlib write a gzip header and trailer around the largest window.
    private static let windowBits = MAX_WBITS + 16
    /// zlib's default.
    private static let memoryLevel: CInt = 8

    /// Compresses a content as well as zlib can.
    ///
    /// - Parameter content: The content.
    /// - Returns: The compressed content; `nil` when it is not shorter, or short anyway.
    static func compress(_ content: ByteBuffer) -> ByteBuffer? {
        guard content.readableBytes >= Self.threshold, let length = UInt32(exactly: content.readableBytes) else {
            return nil
        }
        // On the heap, because zlib remembers where it lies.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard CZlib_deflateInit2(stream, Z_BEST_COMPRESSION, Self.windowBits, Self.memoryLevel) == Z_OK else {
            return nil
        }
        defer { deflateEnd(stream) }
        var compressed = ByteBufferAllocator().buffer(capacity: content.readableBytes)
        var isShorter = false
        content.withUnsafeReadableBytes { source in
            _ = compressed.writeWithUnsafeMutableBytes(minimumWritableBytes: source.count) { space in
                // zlib does not write to its input; its declaration says so only when asked to.
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.assumingMemoryBound(to: Bytef.self).baseAddress
                )
                stream.pointee.avail_in = length
                stream.pointee.next_out = space.assumingMemoryBound(to: Bytef.self).baseAddress
                stream.pointee.avail_out = length
                isShorter = deflate(stream, Z_FINISH) == Z_STREAM_END && stream.pointee.avail_out > 0
                return isShorter ? Int(length - stream.pointee.avail_out) : 0
            }
        }
        return isShorter ? compressed : nil
    }
}

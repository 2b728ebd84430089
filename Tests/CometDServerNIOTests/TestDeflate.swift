import CZlib

/// The client's side of compressed messages.
enum TestDeflate {
    /// Compresses a message as RFC 7692, section 7.2.1, has it.
    static func compress(_ bytes: some Sequence<UInt8>, level: CInt = 6, windowBits: CInt = 15) -> [UInt8] {
        let compressed = self.run(Array(bytes), level: level, windowBits: windowBits, Z_SYNC_FLUSH)
        return Array(compressed.dropLast(4))
    }

    /// Compresses a message and marks its last block as such, as section 7.2.3.4 has it.
    static func compressFinally(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        self.run(Array(bytes), level: 6, windowBits: 15, Z_FINISH) + [0]
    }

    private static func run(_ input: [UInt8], level: CInt, windowBits: CInt, _ flush: CInt) -> [UInt8] {
        var input = input
        var output = [UInt8](repeating: 0, count: input.count + input.count / 4 + 100)
        var stream = z_stream()
        let count = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                precondition(CZlib_deflateInit2(&stream, level, -windowBits, 8) == Z_OK)
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                _ = deflate(&stream, flush)
                precondition(stream.avail_in == 0 && stream.avail_out > 0)
                return target.count - Int(stream.avail_out)
            }
        }
        deflateEnd(&stream)
        return Array(output[..<count])
    }

    /// What a compressed message was; `nil` when a client with that window could not tell.
    static func inflate(_ bytes: [UInt8], windowBits: CInt = 15) -> [UInt8]? {
        var input = bytes + [0, 0, 0xff, 0xff]
        var output = [UInt8](repeating: 0, count: 4 << 20)
        var stream = z_stream()
        let count = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target -> Int? in
                precondition(CZlib_inflateInit2(&stream, -windowBits) == Z_OK)
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                guard CZlib.inflate(&stream, Z_SYNC_FLUSH) == Z_OK, stream.avail_in == 0 else { return nil }
                return target.count - Int(stream.avail_out)
            }
        }
        inflateEnd(&stream)
        return count.map { Array(output[..<$0]) }
    }
}

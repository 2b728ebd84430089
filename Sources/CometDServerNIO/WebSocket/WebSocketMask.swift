/// The four bytes with which a client has masked the payload of a frame.
///
/// - SeeAlso: RFC 6455, section 5.3.
struct WebSocketMask {
    /// The next byte of the payload meets the lowest eight bits, the one after it those above, and so on.
    private var key: UInt32

    /// Takes the key of a frame's header.
    ///
    /// - Parameter key: The four bytes as they lie in memory.
    init(loaded key: UInt32) {
        self.key = UInt32(littleEndian: key)
    }

    /// Copies a part of the payload in clear, eight bytes at a time, and makes ready for the part that follows it.
    ///
    /// - Parameters:
    ///   - source: The masked bytes.
    ///   - target: Where they go; room for as many.
    mutating func remove(from source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
        let count = source.count
        guard let from = source.baseAddress, let to = target.baseAddress, target.count >= count else { return }
        let four = self.key.littleEndian
        let eight = UInt64(four) << 32 | UInt64(four)
        var index = 0
        while index &+ 8 <= count {
            let bytes = from.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ eight
            to.storeBytes(of: bytes, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        if index &+ 4 <= count {
            let bytes = from.loadUnaligned(fromByteOffset: index, as: UInt32.self) ^ four
            to.storeBytes(of: bytes, toByteOffset: index, as: UInt32.self)
            index &+= 4
        }
        var rest = self.key
        while index < count {
            let byte = from.load(fromByteOffset: index, as: UInt8.self) ^ UInt8(truncatingIfNeeded: rest)
            to.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
            rest = rest >> 8 | rest << 24
            index &+= 1
        }
        // Whole fours leave the key where it was.
        self.key = rest
    }
}

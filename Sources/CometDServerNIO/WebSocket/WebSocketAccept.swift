/// Computes `Sec-WebSocket-Accept`: the proof that the server has read the key of a request for a WebSocket.
///
/// The hash is SHA-1, as the protocol has it; it protects nothing. Written here because there are two blocks to hash for
/// each new connection, and nobody offers just that.
///
/// - SeeAlso: RFC 6455, section 4.2.2; FIPS 180-4, section 6.1.
enum WebSocketAccept {
    private static let suffix: StaticString = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    private static let base64Digits: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    /// How many characters a key has: Base64 of sixteen bytes.
    static let keyLength = 24

    /// The value of the header.
    ///
    /// - Parameter key: The key, of ``keyLength`` bytes; what is beyond them is not looked at.
    /// - Returns: Base64 of twenty bytes.
    static func value(for key: String) -> String {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { words in
            var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
                0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0
            )
            // Sixty bytes, the bit that ends them, and their length in bits: two blocks.
            for index in 0..<16 { words[index] = 0 }
            var count = 0
            func append(_ byte: UInt8) {
                words[count >> 2] |= UInt32(byte) << UInt32(8 * (3 - count & 3))
                count += 1
            }
            for byte in key.utf8.prefix(Self.keyLength) { append(byte) }
            self.suffix.withUTF8Buffer { for byte in $0 { append(byte) } }
            let bits = UInt32(8 * count)
            append(0x80)
            self.hash(words, into: &state)
            for index in 0..<15 { words[index] = 0 }
            words[15] = bits
            self.hash(words, into: &state)
            return self.base64([state.0, state.1, state.2, state.3, state.4])
        }
    }

    /// Hashes one block, which lies in the first sixteen words.
    private static func hash(
        _ words: UnsafeMutableBufferPointer<UInt32>,
        into state: inout (UInt32, UInt32, UInt32, UInt32, UInt32)
    ) {
        func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
        for index in 16..<80 {
            words[index] = rotated(
                words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16],
                by: 1
            )
        }
        var (a, b, c, d, e) = state
        for index in 0..<80 {
            let (mixed, constant): (UInt32, UInt32) =
                switch index {
                case 0..<20: (b & c | ~b & d, 0x5a82_7999)
                case 20..<40: (b ^ c ^ d, 0x6ed9_eba1)
                case 40..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next = rotated(a, by: 5) &+ mixed &+ e &+ constant &+ words[index]
            (a, b, c, d, e) = (next, a, rotated(b, by: 30), c, d)
        }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
    }

    /// Twenty bytes in Base64: 27 digits and one sign that fills up.
    private static func base64(_ words: [UInt32]) -> String {
        String(unsafeUninitializedCapacity: 28) { text in
            self.base64Digits.withUTF8Buffer { digits in
                for index in 0..<27 {
                    // The six bits from here on; the last digit has four of them, and zeros.
                    let bit = 6 * index
                    let word = UInt64(words[bit / 32]) << 32 | (bit / 32 < 4 ? UInt64(words[bit / 32 + 1]) : 0)
                    text[index] = digits[Int(word >> UInt64(58 - bit % 32)) & 63]
                }
            }
            text[27] = UInt8(ascii: "=")
            return 28
        }
    }
}

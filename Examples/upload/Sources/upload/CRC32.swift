/// The checksum that `zip`, `gzip` and PNG use.
///
/// It finds accidents, not attacks: for those there is SHA-256 in swift-crypto.
struct CRC32: Sendable {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }

    private var state = UInt32.max

    /// Takes in the next bytes.
    mutating func update(with bytes: some Sequence<UInt8>) {
        for byte in bytes {
            self.state = self.state >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: self.state) ^ byte)]
        }
    }

    /// The checksum of all bytes so far, as eight hexadecimal digits.
    var text: String {
        let digits = String(~self.state, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

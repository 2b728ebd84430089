/// The bytes that channel names and message ids may hold: letters, digits and `space ! # $ ( ) * + - . / @ _ { } ~`.
///
/// - SeeAlso: CometD 3.1.14, `validateMessageFields`.
package enum ChannelCharacters {
    /// Two words of 64 bits, one bit for each ASCII character.
    private static let legal: (low: UInt64, high: UInt64) = {
        var low: UInt64 = 0
        var high: UInt64 = 0
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        for byte in (letters + " !#$()*+-./@_{}~").utf8 {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
        return (low, high)
    }()

    /// Whether every byte is legal.
    package static func areLegal(_ bytes: some Sequence<UInt8>) -> Bool {
        let (low, high) = self.legal
        return bytes.allSatisfy { byte in
            switch byte {
            case 0..<64: low >> UInt64(byte) & 1 == 1
            case 64..<128: high >> UInt64(byte - 64) & 1 == 1
            default: false
            }
        }
    }
}

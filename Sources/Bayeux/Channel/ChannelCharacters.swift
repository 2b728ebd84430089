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

    /// Whether a text consists of legal bytes.
    package static func areLegal(_ text: String) -> Bool {
        var text = text
        return text.withUTF8(self.areLegal)
    }

    private static func areLegal(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let (low, high) = self.legal
        for byte in bytes {
            switch byte {
            case 0..<64: guard low >> UInt64(byte) & 1 == 1 else { return false }
            case 64..<128: guard high >> UInt64(byte &- 64) & 1 == 1 else { return false }
            default: return false
            }
        }
        return true
    }
}

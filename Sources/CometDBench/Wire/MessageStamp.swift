package import NIOCore

/// What a published message says about itself: which one it is, and when it left.
///
/// In JSON it is the member `b` of the data, a string of `~b~` and 48 hexadecimal digits. Receivers find it by its first
/// three characters, whatever white space the server puts around it.
package struct MessageStamp: Hashable, Sendable {
    /// The iteration that the message belongs to.
    package var iteration: UInt32
    /// The number of the message, from 0; in an echo, the session's own count.
    package var sequence: UInt32
    /// When the message was to leave, by the monotonic clock.
    package var intended: NIODeadline
    /// When the message did leave.
    package var actual: NIODeadline

    /// The mark in front of the digits.
    static let mark: StaticString = "~b~"
    private static let digits = 48

    package init(iteration: UInt32, sequence: UInt32, intended: NIODeadline, actual: NIODeadline) {
        self.iteration = iteration
        self.sequence = sequence
        self.intended = intended
        self.actual = actual
    }

    /// Reads the first stamp in some bytes; `nil` results when there is none.
    ///
    /// - Parameter bytes: The data of a message, as JSON.
    package init?(in bytes: UnsafeRawBufferPointer) {
        let last = bytes.count - 3 - Self.digits
        guard last >= 0 else { return nil }
        var index = 0
        while index <= last {
            if bytes[index] == 0x7e, bytes[index + 1] == 0x62, bytes[index + 2] == 0x7e { break }
            index += 1
        }
        guard index <= last else { return nil }
        let digits = UnsafeRawBufferPointer(rebasing: bytes[(index + 3)..<(index + 3 + Self.digits)])
        var isHexadecimal = true
        func number(_ range: Range<Int>) -> UInt64 {
            var value: UInt64 = 0
            for position in range {
                let byte = digits[position]
                let digit: UInt8
                switch byte {
                case 0x30...0x39: digit = byte &- 0x30
                case 0x61...0x66: digit = byte &- 0x57
                default:
                    isHexadecimal = false
                    digit = 0
                }
                value = value << 4 | UInt64(digit)
            }
            return value
        }
        self.iteration = UInt32(truncatingIfNeeded: number(0..<8))
        self.sequence = UInt32(truncatingIfNeeded: number(8..<16))
        self.intended = .uptimeNanoseconds(number(16..<32) & UInt64(Int64.max))
        self.actual = .uptimeNanoseconds(number(32..<48) & UInt64(Int64.max))
        guard isHexadecimal else { return nil }
    }

    /// Appends the mark and the digits.
    package func write(to buffer: inout ByteBuffer) {
        buffer.writeStaticString(Self.mark)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.digits) { bytes in
            func write(_ number: UInt64, _ range: Range<Int>) {
                var rest = number
                for position in range.reversed() {
                    let digit = UInt8(rest & 0xf)
                    bytes[position] = digit < 10 ? 0x30 + digit : 0x57 + digit
                    rest >>= 4
                }
            }
            write(UInt64(self.iteration), 0..<8)
            write(UInt64(self.sequence), 8..<16)
            write(self.intended.uptimeNanoseconds, 16..<32)
            write(self.actual.uptimeNanoseconds, 32..<48)
            return Self.digits
        }
    }
}

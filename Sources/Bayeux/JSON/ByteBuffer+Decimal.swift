package import NIOCore

extension ByteBuffer {
    /// Appends an integer in decimal digits, without making a string of it.
    package mutating func writeDecimal(_ value: Int) {
        var magnitude = value.magnitude
        if value < 0 { self.writeInteger(UInt8(ascii: "-")) }
        if magnitude < 10 {
            self.writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude))
            return
        }
        // The longest has 19 digits.
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { bytes in
            var start = bytes.count
            while magnitude > 0, start > 0 {
                let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
                start -= 1
                bytes[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder)
                magnitude = quotient
            }
            self.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }
}

extension StringProtocol {
    /// Calls a closure with the bytes of UTF-8, without a copy unless the string is stored otherwise.
    func withUTF8Bytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = self.utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
            return result
        }
        var copy = String(self)
        return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

// JSON compares strings code unit by code unit (RFC 8259, section 8.3), Swift by canonical equivalence. The latter must
// normalise, which takes time quadratic in a run of combining marks: 2.6 s for 200 kB in a release build. So what a
// peer chose is compared and hashed by its bytes.
extension String {
    /// Whether both strings are spelt with the same bytes of UTF-8.
    func hasSameUTF8(as other: String) -> Bool {
        guard self.utf8.count == other.utf8.count else { return false }
        return self.withUTF8Bytes { left in other.withUTF8Bytes { right in left.elementsEqual(right) } }
    }

    /// Feeds the bytes of UTF-8 to a hasher; equal in the sense of ``hasSameUTF8(as:)`` means equal here.
    func hashUTF8(into hasher: inout Hasher) {
        self.withUTF8Bytes { hasher.combine(bytes: $0) }
        // Ends the string, as no byte of UTF-8 has this value.
        hasher.combine(0xff as UInt8)
    }
}

/// Where one JSON value lies in the bytes that were scanned, as offsets from their start.
///
/// An empty slice means that the value is absent: no JSON value is empty.
package struct JSONSlice: Hashable, Sendable {
    /// The offset of the value's first byte; the opening quote of a string.
    package var start: UInt32
    /// The offset after the value's last byte.
    package var end: UInt32

    /// An absent value.
    package static let none = JSONSlice(start: 0, end: 0)

    @inline(__always)
    init(start: UInt32, end: UInt32) {
        self.start = start
        self.end = end
    }

    @inline(__always)
    init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    /// Whether there is no value.
    package var isEmpty: Bool {
        @inline(__always) get { self.start == self.end }
    }

    /// The offsets as a range.
    package var range: Range<Int> { Int(self.start)..<Int(self.end) }
}

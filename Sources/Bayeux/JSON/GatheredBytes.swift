package import NIOCore

/// Memory that is being filled with one piece after the other; whoever made it has reckoned that all of them fit.
///
/// A piece that does not fit after all is left out in release builds: a mistake in the reckoning ends no server and writes
/// nowhere else.
///
/// Each write into a `ByteBuffer` looks anew whether it is unique and large enough: a hundred instructions and more for
/// a comma. Here that is done once.
package struct GatheredBytes {
    private let bytes: UnsafeMutableRawBufferPointer
    /// How many bytes have been written.
    private(set) var count = 0

    init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

    /// How many bytes a number has at most, in decimal digits.
    package static let longestDecimal = 20

    @inline(__always)
    package mutating func append(_ text: StaticString) {
        self.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    package mutating func append(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { self.append($0) }
    }

    /// Appends a number in decimal digits.
    package mutating func append(decimal value: Int) {
        if value < 0 { self.append("-") }
        var magnitude = value.magnitude
        var length = 1
        var power: UInt = 10
        while magnitude >= power {
            length += 1
            let (next, isTooLarge) = power.multipliedReportingOverflow(by: 10)
            if isTooLarge { break }
            power = next
        }
        guard length <= self.bytes.count - self.count else { return assertionFailure("no room") }
        for index in stride(from: self.count + length - 1, through: self.count, by: -1) {
            self.bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        }
        self.count += length
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard self.count < self.bytes.count else { return assertionFailure("no room") }
        self.bytes[self.count] = byte
        self.count &+= 1
    }

    @inline(__always)
    mutating func append(_ source: UnsafeRawBufferPointer) {
        guard source.count <= self.bytes.count - self.count else { return assertionFailure("no room") }
        UnsafeMutableRawBufferPointer(rebasing: self.bytes[self.count...]).copyMemory(from: source)
        self.count += source.count
    }
}

extension ByteBuffer {
    /// Appends several pieces in one go.
    ///
    /// - Parameters:
    ///   - longest: How many bytes they have together, at most.
    ///   - body: Appends them.
    @inline(__always)
    package mutating func writeGathered(upTo longest: Int, _ body: (inout GatheredBytes) -> Void) {
        self.writeWithUnsafeMutableBytes(minimumWritableBytes: longest) { bytes in
            var gathered = GatheredBytes(bytes)
            body(&gathered)
            return gathered.count
        }
    }
}

package import NIOCore

extension ByteBuffer {
    /// Appends an integer in decimal digits, without making a string of it.
    package mutating func writeDecimal(_ value: Int) {
        self.writeGathered(upTo: GatheredBytes.longestDecimal) { $0.append(decimal: value) }
    }
}

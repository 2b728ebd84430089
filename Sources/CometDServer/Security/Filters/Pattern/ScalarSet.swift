/// A set of Unicode scalars, as a few ranges.
struct ScalarSet: Hashable, Sendable {
    var ranges: [ClosedRange<UInt32>]
    var isInverted = false

    init(_ ranges: [ClosedRange<UInt32>], isInverted: Bool = false) {
        self.ranges = ranges
        self.isInverted = isInverted
    }

    init(_ scalar: Unicode.Scalar) {
        self.init([scalar.value...scalar.value])
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        for range in self.ranges where range.contains(value) { return !self.isInverted }
        return self.isInverted
    }

    /// The set with both cases of its ASCII letters.
    var inBothCases: ScalarSet {
        var result = self
        for range in self.ranges {
            for (letters, offset) in [(0x41...0x5a, 0x20), (0x61...0x7a, -0x20)] as [(ClosedRange<UInt32>, Int64)] {
                guard range.overlaps(letters) else { continue }
                let part = range.clamped(to: letters)
                let lower = UInt32(Int64(part.lowerBound) + offset)
                let upper = UInt32(Int64(part.upperBound) + offset)
                result.ranges.append(lower...upper)
            }
        }
        return result
    }

    /// What is not in this set, as ranges, for a class that holds it with others.
    var invertedRanges: [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in self.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10_ffff { result.append(next...0x10_ffff) }
        return result
    }

    /// All but a line feed.
    static let anyButLineFeed = ScalarSet([0x0a...0x0a], isInverted: true)
    /// What `\d` stands for.
    static let digits = ScalarSet([0x30...0x39])
    /// What `\w` stands for.
    static let wordCharacters = ScalarSet([0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])
    /// What `\s` stands for.
    static let space = ScalarSet([0x09...0x0d, 0x20...0x20])
}

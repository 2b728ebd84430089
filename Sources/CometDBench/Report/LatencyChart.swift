/// How latencies are spread, as the book's benchmark draws it: a line for each of some equal intervals.
///
/// ```text
///                  @    _  14,639 µs (323157, 32.33%)
///                    @  _  29,278 µs (389645, 38.98%) ^50%
/// ```
package struct LatencyChart: Sendable {
    /// One interval.
    package struct Line: Hashable, Sendable {
        /// Its end, in microseconds.
        package var end: UInt64
        /// How many samples lie in it.
        package var count: UInt64
        /// The percentiles that are reached in it.
        package var marks: [String]
    }

    /// How many intervals the longest latency is parted into.
    private static let parts: UInt64 = 20
    /// How far to the right the mark of the fullest interval stands.
    private static let width = 19
    private static let percentiles: [(name: String, value: Double)] = [
        ("^50%", 50), ("^85%", 85), ("^95%", 95), ("^99%", 99), ("^99.9%", 99.9),
    ]

    /// The intervals, shortest first.
    package let lines: [Line]
    private let total: UInt64

    /// Parts the samples of a histogram into intervals.
    package init(_ histogram: LatencyHistogram) {
        self.total = histogram.count
        guard self.total > 0 else {
            self.lines = []
            return
        }
        let (shortest, longest) = (histogram.min / 1000, histogram.max / 1000)
        let width = max(1, (longest - shortest) / Self.parts)
        var counts = [UInt64](repeating: 0, count: Int(longest / width) + 1)
        for bucket in histogram.buckets {
            // A bucket may end a little behind the longest sample.
            counts[min(counts.count - 1, Int(bucket.nanoseconds / 1000 / width))] += bucket.count
        }
        // Where all samples are far from 0, the intervals before the first are left out.
        let first = counts.firstIndex { $0 > 0 } ?? 0
        var seen: UInt64 = 0
        var marks = Self.percentiles[...]
        self.lines = counts.indices.dropFirst(first).map { index in
            seen += counts[index]
            var reached: [String] = []
            while let mark = marks.first, Double(seen) * 100 >= mark.value * Double(histogram.count) {
                reached.append(mark.name)
                marks.removeFirst()
            }
            return Line(end: UInt64(index + 1) * width, count: counts[index], marks: reached)
        }
    }

    /// The lines as text.
    package var text: [String] {
        let most = self.lines.map(\.count).max() ?? 1
        return self.lines.map { line in
            let place = min(Self.width, Int((20 * Double(line.count) / Double(most)).rounded()))
            let bar = String(repeating: " ", count: place) + "@" + String(repeating: " ", count: 21 - place)
            let percent = Decimals.text(100 * Double(line.count) / Double(self.total), 2)
            let marks = line.marks.map { " " + $0 }.joined()
            return "\t\(bar)_  \(Decimals.grouped(line.end)) µs (\(line.count), \(percent)%)\(marks)"
        }
    }
}

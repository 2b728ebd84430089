internal import Histogram

/// How long messages took, as counts of durations in nanoseconds with three significant digits.
///
/// - SeeAlso: http://hdrhistogram.org
package struct LatencyHistogram: Sendable {
    /// A duration and how many samples it stands for.
    package struct Bucket: Codable, Hashable, Sendable {
        /// The longest duration of the bucket, in nanoseconds.
        package var nanoseconds: UInt64
        /// How many samples lie in it.
        package var count: UInt64
    }

    /// What is longer than this, an hour, is taken for an hour.
    private static let most: UInt64 = 3_600_000_000_000

    private var counts = Histogram<UInt64>(highestTrackableValue: Self.most, numberOfSignificantValueDigits: .three)
    private var sum = 0.0

    package init() {}

    /// How many samples there are.
    package var count: UInt64 { self.counts.totalCount }
    /// The shortest; 0 without samples.
    package var min: UInt64 { self.count == 0 ? 0 : self.counts.min }
    /// The longest; 0 without samples.
    package var max: UInt64 { self.count == 0 ? 0 : self.counts.maxRecorded }
    /// The mean; 0 without samples.
    package var mean: Double { self.count == 0 ? 0 : self.sum / Double(self.count) }

    /// Adds a sample.
    ///
    /// - Parameter nanoseconds: A duration; a negative one, which only clocks that disagree make, counts as none.
    package mutating func record(_ nanoseconds: Int64) {
        let value = Swift.min(UInt64(Swift.max(0, nanoseconds)), Self.most)
        self.counts.record(value)
        self.sum += Double(value)
    }

    /// Adds the samples of another histogram.
    package mutating func add(_ other: LatencyHistogram) {
        self.counts.add(other.counts)
        self.sum += other.sum
    }

    /// The duration within which a share of the samples lies.
    ///
    /// - Parameter percentile: From 0 to 100.
    /// - Returns: Nanoseconds; 0 without samples.
    package func value(atPercentile percentile: Double) -> UInt64 {
        self.count == 0 ? 0 : Swift.min(self.counts.valueAtPercentile(percentile), self.max)
    }

    /// The buckets that are not empty, shortest first.
    package var buckets: [Bucket] {
        self.counts.recordedValues().map { Bucket(nanoseconds: $0.value, count: $0.count) }
    }
}

extension LatencyHistogram: Codable {
    private enum CodingKeys: String, CodingKey {
        case buckets
        case sum
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for bucket in try container.decode([Bucket].self, forKey: .buckets) {
            self.counts.record(Swift.min(bucket.nanoseconds, Self.most), count: bucket.count)
        }
        self.sum = try container.decode(Double.self, forKey: .sum)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.buckets, forKey: .buckets)
        try container.encode(self.sum, forKey: .sum)
    }
}

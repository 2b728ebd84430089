import Foundation
import Testing

@testable import CometDBench

@Suite("Latencies for people")
struct LatencyChartTests {
    private static func histogram(_ samples: [(milliseconds: Int64, count: Int)]) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for sample in samples {
            for _ in 0..<sample.count { histogram.record(sample.milliseconds * 1_000_000) }
        }
        return histogram
    }

    @Test func `without samples there is nothing to draw`() {
        #expect(LatencyChart(LatencyHistogram()).text.isEmpty)
        #expect(LatencyHistogram().value(atPercentile: 99) == 0 && LatencyHistogram().mean == 0)
    }

    @Test func `each interval has its mark, its count and the percentiles that it reaches`() {
        let chart = LatencyChart(Self.histogram([(0, 300), (10, 600), (50, 80), (100, 19), (200, 1)]))

        // 200 ms in 20 parts.
        #expect(chart.lines.first?.count == 300 && chart.lines.first?.marks == [])
        #expect(chart.lines[1].count == 600 && chart.lines[1].marks == ["^50%", "^85%"])
        #expect(chart.lines.map { Int($0.count) }.reduce(0, +) == 1000)
        #expect(chart.lines.flatMap(\.marks) == ["^50%", "^85%", "^95%", "^99%", "^99.9%"])
        #expect(chart.lines.last?.count == 1)
        let text = chart.text
        #expect(text[0].hasPrefix("\t          @           _  10,"))
        #expect(text[0].hasSuffix("µs (300, 30.00%)"))
        #expect(text[1].hasPrefix("\t                   @  _  "))
        #expect(text[1].hasSuffix("µs (600, 60.00%) ^50% ^85%"))
    }

    @Test func `equal samples are one line`() {
        let lines = LatencyChart(Self.histogram([(7, 10)])).lines

        #expect(lines.count == 1 && lines[0].marks.count == 5)
    }

    @Test func `three digits are kept, and the longest is never exceeded`() {
        var histogram = LatencyHistogram()
        for value in 1...10_000 as ClosedRange<Int64> { histogram.record(value * 1000) }

        #expect((9_890_000...9_910_000).contains(histogram.value(atPercentile: 99)))
        #expect(histogram.value(atPercentile: 100) <= histogram.max)
        #expect(abs(histogram.mean - 5_000_500) < 1 && histogram.max == 10_000_000)
        histogram.record(-5)
        #expect(histogram.min == 0)
    }

    @Test func `histograms add up, and travel as JSON`() throws {
        var one = Self.histogram([(1, 10), (5, 1)])
        let other = Self.histogram([(2, 10), (900, 1)])
        one.add(other)
        let copy = try JSONDecoder().decode(LatencyHistogram.self, from: JSONEncoder().encode(one))

        #expect(copy.count == 22 && copy.buckets == one.buckets)
        #expect(copy.value(atPercentile: 50) == one.value(atPercentile: 50))
        #expect(abs(copy.mean - one.mean) < 1)
    }

    @Test(arguments: [(0.0, 2, "0.00"), (1.005, 1, "1.0"), (12.3456, 3, "12.346"), (-0.5, 1, "-0.5"), (9.99, 0, "10")])
    func `numbers have a fixed count of digits`(value: Double, digits: Int, text: String) {
        #expect(Decimals.text(value, digits) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func `thousands are parted by commas`(value: Int, text: String) {
        #expect(Decimals.grouped(value) == text)
    }
}

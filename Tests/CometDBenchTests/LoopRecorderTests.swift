import NIOCore
import Testing

@testable import CometDBench

@Suite("LoopRecorder")
struct LoopRecorderTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private var recorder = LoopRecorder(iteration: 2, lateAfter: 100)
    private var seen = SequenceSet()

    private static func after(milliseconds: Int64) -> NIODeadline { Self.start + .milliseconds(milliseconds) }

    private static func stamp(_ sequence: UInt32, sentLateBy milliseconds: Int64 = 0) -> MessageStamp {
        MessageStamp(
            iteration: 2,
            sequence: sequence,
            intended: Self.start,
            actual: Self.after(milliseconds: milliseconds)
        )
    }

    private mutating func arrive(_ stamp: MessageStamp, at milliseconds: Int64, isSlow: Bool = false) -> Bool {
        self.recorder.arrived(
            stamp,
            seen: &self.seen,
            session: 7,
            isSlow: isSlow,
            now: Self.after(milliseconds: milliseconds)
        )
    }

    @Test mutating func `latency counts from when a message was due, and from when it left`() {
        self.recorder.sent(1, expecting: 1, intended: Self.start, now: Self.after(milliseconds: 40))
        let isNew = self.arrive(Self.stamp(0, sentLateBy: 40), at: 50)

        #expect(isNew)
        // Three digits are kept.
        #expect((50_000_000...50_100_000).contains(self.recorder.intended.max))
        #expect((10_000_000...10_020_000).contains(self.recorder.actual.max))
        #expect((40_000_000...40_080_000).contains(self.recorder.lateness.max))
        #expect(self.recorder.slowest == .init(nanoseconds: 50_000_000, sequence: 0, session: 7))
    }

    @Test mutating func `what does not arrive is lost`() {
        self.recorder.sent(2, expecting: 3, intended: Self.start, now: Self.start)
        _ = self.arrive(Self.stamp(0), at: 1)

        #expect(self.recorder.counts.published == 2 && self.recorder.counts.requests == 1)
        #expect(self.recorder.counts.delivered == 1 && self.recorder.counts.lost == 2)
    }

    @Test mutating func `what arrives again counts once`() {
        self.recorder.sent(1, expecting: 1, intended: Self.start, now: Self.start)

        let (first, second) = (self.arrive(Self.stamp(0), at: 1), self.arrive(Self.stamp(0), at: 2))

        #expect(first && !second)
        #expect(self.recorder.counts.duplicates == 1 && self.recorder.counts.delivered == 1)
        #expect(self.recorder.intended.count == 1 && self.recorder.counts.lost == 0)
    }

    @Test mutating func `what takes longer than allowed is late, from when it was due`() {
        _ = self.arrive(Self.stamp(0), at: 100)
        #expect(self.recorder.counts.late == 0)
        _ = self.arrive(Self.stamp(1, sentLateBy: 100), at: 101)
        #expect(self.recorder.counts.late == 1 && self.recorder.counts.delivered == 2)
    }

    @Test mutating func `messages of another iteration are stray`() {
        var stamp = Self.stamp(0)
        stamp.iteration = 1
        let isNew = self.arrive(stamp, at: 1)

        #expect(!isNew)
        #expect(self.recorder.counts.stray == 1 && self.recorder.counts.delivered == 0)
    }

    @Test mutating func `sessions that read nothing count apart`() {
        let first = self.arrive(Self.stamp(0), at: 5000, isSlow: true)
        let second = self.arrive(Self.stamp(0), at: 5000, isSlow: true)

        #expect(!first && !second)
        #expect(self.recorder.counts.slowDelivered == 1 && self.recorder.counts.slowDuplicates == 1)
        #expect(self.recorder.counts.delivered == 0 && self.recorder.counts.late == 0)
        #expect(self.recorder.intended.count == 0)
    }

    @Test mutating func `a session counts from when it was to begin`() {
        self.recorder.sessionDone(
            intended: Self.start,
            actual: Self.after(milliseconds: 30),
            session: 4,
            now: Self.after(milliseconds: 50)
        )

        #expect(self.recorder.counts.sessionsDone == 1)
        #expect((50_000_000...50_100_000).contains(self.recorder.intended.max))
        #expect((20_000_000...20_040_000).contains(self.recorder.actual.max))
    }

    @Test func `a set of sequences tells what is new, in any order`() {
        var seen = SequenceSet()
        let sequences: [UInt32] = [5, 0, 64, 100_000, 63]
        let first = sequences.map { seen.insert($0) }
        let second = sequences.map { seen.insert($0) }
        seen.removeAll()
        let third = seen.insert(5)

        #expect(first.allSatisfy { $0 } && !second.contains(true) && third)
    }
}

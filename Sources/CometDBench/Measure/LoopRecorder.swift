package import NIOCore

/// What the sessions of one event loop send and get in one iteration.
///
/// A value without socket and clock: what happens is told with its time.
package struct LoopRecorder: Sendable {
    /// The slowest message, or the slowest session where sessions are what is measured.
    package struct Slowest: Codable, Hashable, Sendable {
        /// How long it took from the intended time, in nanoseconds.
        package var nanoseconds: Int64
        /// The number of the message.
        package var sequence: UInt32
        /// The number of the session that got it.
        package var session: Int
    }

    /// What counts, and adds up over loops and processes.
    package struct Counts: Codable, Hashable, Sendable {
        /// Published messages.
        package var published = 0
        /// Requests or frames that they left in.
        package var requests = 0
        /// How many deliveries they must become.
        package var expected = 0
        /// Replies that say a message was accepted.
        package var acknowledged = 0
        /// Replies that say it was not.
        package var refused = 0
        /// Messages that arrived, each once for each session that shall have it.
        package var delivered = 0
        /// Messages that a session got again.
        package var duplicates = 0
        /// Of the delivered, those that took longer than allowed, from the intended time.
        package var late = 0
        /// Messages of an earlier iteration, or of somebody else.
        package var stray = 0
        /// Answers and frames that brought messages.
        package var responses = 0
        /// Bytes received and sent on TCP connections, before encryption.
        package var bytesIn = 0
        package var bytesOut = 0
        /// Sessions that the server ended, or whose connection broke.
        package var sessionsLost = 0
        /// Sessions that came and went.
        package var sessionsDone = 0
        /// What sessions that read nothing got in the end.
        package var slowDelivered = 0
        package var slowDuplicates = 0
        /// Those of them that the server ended.
        package var slowSessionsLost = 0

        package init() {}

        /// Adds what others counted.
        package mutating func add(_ other: Counts) {
            self.published += other.published
            self.requests += other.requests
            self.expected += other.expected
            self.acknowledged += other.acknowledged
            self.refused += other.refused
            self.delivered += other.delivered
            self.duplicates += other.duplicates
            self.late += other.late
            self.stray += other.stray
            self.responses += other.responses
            self.bytesIn += other.bytesIn
            self.bytesOut += other.bytesOut
            self.sessionsLost += other.sessionsLost
            self.sessionsDone += other.sessionsDone
            self.slowDelivered += other.slowDelivered
            self.slowDuplicates += other.slowDuplicates
            self.slowSessionsLost += other.slowSessionsLost
        }

        /// Messages that should have arrived and have not.
        package var lost: Int { max(0, self.expected - self.delivered) }
    }

    /// Which iteration is measured: messages of others are stray.
    package let iteration: UInt32
    /// When a message counts as late, in nanoseconds from the intended time.
    private let lateAfter: Int64

    package var counts = Counts()
    /// How long messages took from the time when they were to leave.
    package private(set) var intended = LatencyHistogram()
    /// How long they took from the time when they left.
    package private(set) var actual = LatencyHistogram()
    /// How late they left.
    package private(set) var lateness = LatencyHistogram()
    package private(set) var slowest: Slowest?
    package private(set) var firstSend: NIODeadline?
    package private(set) var lastSend: NIODeadline?
    package private(set) var lastArrival: NIODeadline?

    package init(iteration: UInt32, lateAfter: Int) {
        self.iteration = iteration
        self.lateAfter = Int64(lateAfter) * 1_000_000
    }

    /// Messages left together.
    package mutating func sent(_ messages: Int, expecting deliveries: Int, intended: NIODeadline, now: NIODeadline) {
        self.counts.published += messages
        self.counts.requests += 1
        self.counts.expected += deliveries
        self.lateness.record((now - intended).nanoseconds)
        if self.firstSend == nil { self.firstSend = now }
        self.lastSend = now
    }

    /// A message arrived.
    ///
    /// - Parameters:
    ///   - stamp: What it says about itself.
    ///   - seen: What its session has got before.
    ///   - session: The session's number.
    ///   - isSlow: Whether the session is one that reads nothing for a while: it counts apart, and not as latency.
    ///   - now: When it arrived.
    /// - Returns: Whether it counts as delivered.
    @inline(__always)
    package mutating func arrived(
        _ stamp: MessageStamp,
        seen: inout SequenceSet,
        session: Int,
        isSlow: Bool,
        now: NIODeadline
    ) -> Bool {
        guard stamp.iteration == self.iteration else {
            self.counts.stray += 1
            return false
        }
        guard seen.insert(stamp.sequence) else {
            if isSlow { self.counts.slowDuplicates += 1 } else { self.counts.duplicates += 1 }
            return false
        }
        guard !isSlow else {
            self.counts.slowDelivered += 1
            return false
        }
        let latency = (now - stamp.intended).nanoseconds
        self.counts.delivered += 1
        self.intended.record(latency)
        self.actual.record((now - stamp.actual).nanoseconds)
        if latency > self.lateAfter { self.counts.late += 1 }
        if latency > (self.slowest?.nanoseconds ?? -1) {
            self.slowest = Slowest(nanoseconds: latency, sequence: stamp.sequence, session: session)
        }
        self.lastArrival = now
        return true
    }

    /// A session has come and gone.
    package mutating func sessionDone(intended: NIODeadline, actual: NIODeadline, session: Int, now: NIODeadline) {
        let latency = (now - intended).nanoseconds
        self.counts.sessionsDone += 1
        self.intended.record(latency)
        self.actual.record((now - actual).nanoseconds)
        self.lateness.record((actual - intended).nanoseconds)
        if self.firstSend == nil { self.firstSend = actual }
        if latency > (self.slowest?.nanoseconds ?? -1) {
            self.slowest = Slowest(nanoseconds: latency, sequence: 0, session: session)
        }
        self.lastArrival = now
    }
}

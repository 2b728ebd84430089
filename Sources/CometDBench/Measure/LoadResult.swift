/// What one iteration has shown, in one process or in several together.
package struct LoadResult: Codable, Sendable {
    /// What was done.
    package var plan: LoadPlan
    /// How many processes did it.
    package var processes = 1
    package var counts = LoopRecorder.Counts()
    /// How long messages took from the time when they were to leave, or sessions from when they were to begin.
    package var intended = LatencyHistogram()
    /// The same from the time when they left.
    package var actual = LatencyHistogram()
    /// How late they left.
    package var lateness = LatencyHistogram()
    package var slowest: LoopRecorder.Slowest?
    /// From the first message to the last one's departure and to the last one's arrival, in seconds.
    package var sendSeconds = 0.0
    package var receiveSeconds = 0.0
    /// From the beginning of the measured section to its end, in seconds.
    package var wallSeconds = 0.0
    /// How long the sessions took to be ready, in seconds; 0 when they were from before.
    package var openSeconds = 0.0
    /// How many sessions are held.
    package var sessions = 0
    /// CPU time of each of the generator's event loops, in seconds.
    package var loopCPU: [Double] = []
    /// The generator before and after the measured section.
    package var clientBefore = ProcessUsage()
    package var clientAfter = ProcessUsage()
    /// The server before its sessions were made, before and after the measured section; `nil` when nobody could see it.
    package var server: ServerUsage?

    /// The server at three times.
    package struct ServerUsage: Codable, Hashable, Sendable {
        package var empty: ProcessUsage
        package var before: ProcessUsage
        package var after: ProcessUsage

        package init(empty: ProcessUsage, before: ProcessUsage, after: ProcessUsage) {
            self.empty = empty
            self.before = before
            self.after = after
        }
    }

    package init(plan: LoadPlan) {
        self.plan = plan
    }

    /// Adds what another process has seen at the same time.
    package mutating func add(_ other: LoadResult) {
        self.processes += other.processes
        self.counts.add(other.counts)
        self.intended.add(other.intended)
        self.actual.add(other.actual)
        self.lateness.add(other.lateness)
        if (other.slowest?.nanoseconds ?? -1) > (self.slowest?.nanoseconds ?? -1) { self.slowest = other.slowest }
        self.sendSeconds = max(self.sendSeconds, other.sendSeconds)
        self.receiveSeconds = max(self.receiveSeconds, other.receiveSeconds)
        self.wallSeconds = max(self.wallSeconds, other.wallSeconds)
        self.openSeconds = max(self.openSeconds, other.openSeconds)
        self.sessions += other.sessions
        self.loopCPU += other.loopCPU
        self.clientBefore.add(other.clientBefore)
        self.clientAfter.add(other.clientAfter)
    }

    /// How many messages were to be published, or sessions to be made.
    var due: Int {
        switch self.plan.scenario {
        case .echo: self.plan.clients * self.plan.batchCount * self.processes
        case .fanout, .rooms, .slow: self.plan.messageCount * self.processes
        case .churn: self.plan.clients * self.processes
        case .idle: 0
        }
    }

    /// What is counted: deliveries, or sessions where they come and go.
    var items: Int { self.plan.scenario == .churn ? self.counts.sessionsDone : self.counts.delivered }

    /// The generator's CPU time in the measured section, in seconds.
    package var clientCPU: Double { self.clientAfter.cpu - self.clientBefore.cpu }

    /// The server's CPU time in the measured section, in seconds.
    package var serverCPU: Double? { self.server.map { $0.after.cpu - $0.before.cpu } }

    /// CPU seconds for a million deliveries or sessions, which is also microseconds for each.
    package func perMillion(_ seconds: Double) -> Double {
        self.items == 0 ? 0 : seconds * 1e6 / Double(self.items)
    }
}

extension ProcessUsage {
    fileprivate mutating func add(_ other: ProcessUsage) {
        self.cpu += other.cpu
        self.resident += other.resident
        self.anonymous += other.anonymous
        self.peak += other.peak
    }
}

extension LoadResult {
    /// Whether all that was to happen has happened, once.
    package var isComplete: Bool {
        let counts = self.counts
        guard counts.sessionsLost == 0, counts.lost == 0, counts.duplicates == 0, counts.refused == 0 else {
            return false
        }
        switch self.plan.scenario {
        case .churn: return counts.sessionsDone == self.due
        case .idle: return self.sessions == self.plan.clients * self.processes
        case .fanout, .rooms, .echo, .slow: return counts.published == self.due
        }
    }
}

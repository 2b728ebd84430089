extension LoadResult {
    /// What has been seen, for people: as the book's benchmark prints it, and more.
    package var text: [String] {
        switch self.plan.scenario {
        case .idle: self.idleText + self.usageText
        case .churn: self.churnText + self.latencyText("Sessions") + self.usageText
        case .fanout, .rooms, .echo, .slow:
            self.outgoingText + self.incomingText + self.latencyText("Messages") + self.slowText + self.usageText
        }
    }

    private var outgoingText: [String] {
        let seconds = max(self.sendSeconds, 1e-9)
        let rates =
            "Rate = \(Self.rate(self.counts.published, seconds)) messages/s - "
            + "\(Self.rate(self.counts.requests, seconds)) requests/s - \(Self.mebibits(self.counts.bytesOut, seconds)) Mib/s"
        return ["Outgoing: Elapsed = \(Self.milliseconds(self.sendSeconds)) ms | \(rates)"]
    }

    private var incomingText: [String] {
        let seconds = max(self.receiveSeconds, 1e-9)
        let arrived = "\(self.counts.delivered)/\(self.counts.expected)"
        let share = Decimals.text(100 * Double(self.counts.responses) / Double(max(1, self.counts.delivered)), 2)
        let rates =
            "Rate = \(Self.rate(self.counts.delivered, seconds)) messages/s - "
            + "\(Self.rate(self.counts.responses, seconds)) responses/s(\(share)%) - "
            + "\(Self.mebibits(self.counts.bytesIn, seconds)) Mib/s"
        return [
            self.counts.lost == 0 ? "All messages arrived \(arrived)" : "Not all messages arrived \(arrived)",
            "Messages - Success/Expected = \(arrived)",
            "Incoming - Elapsed = \(Self.milliseconds(self.receiveSeconds)) ms | \(rates)",
        ]
    }

    private func latencyText(_ what: String) -> [String] {
        guard self.intended.count > 0 else { return ["\(what) - Latency: 0 samples"] }
        var lines = LatencyChart(self.intended).text
        lines.append("\(what) - Latency: \(Self.summary(self.intended))")
        lines.append("\(what) - Latency from the actual send time: \(Self.summary(self.actual))")
        lines.append("\(what) - Sent late by: \(Self.summary(self.lateness))")
        if let slowest = self.slowest {
            let place =
                self.plan.scenario == .churn
                ? "session \(slowest.session)" : "message \(slowest.sequence) at session \(slowest.session)"
            lines.append("Slowest - \(place), \(Decimals.grouped(slowest.nanoseconds / 1000)) µs")
        }
        guard self.plan.scenario != .churn else { return lines }
        lines.append(
            "Messages - lost \(self.counts.lost), late \(self.counts.late) (above \(self.plan.lateAfter) ms), "
                + "twice \(self.counts.duplicates), stray \(self.counts.stray)"
        )
        lines.append(
            "Publishes - acknowledged \(self.counts.acknowledged), refused \(self.counts.refused), "
                + "unanswered \(max(0, self.counts.published - self.counts.acknowledged - self.counts.refused)), "
                + "never sent \(max(0, self.due - self.counts.published))"
        )
        return lines
    }

    private var churnText: [String] {
        let seconds = max(self.receiveSeconds, 1e-9)
        return [
            "Sessions: Elapsed = \(Self.milliseconds(self.receiveSeconds)) ms | "
                + "Rate = \(Self.rate(self.counts.sessionsDone, seconds)) sessions/s",
            "Sessions - Success/Expected = \(self.counts.sessionsDone)/\(self.due)",
        ]
    }

    private var idleText: [String] {
        ["Idle: \(self.sessions) sessions held for \(Decimals.text(self.wallSeconds, 1)) s"]
    }

    private var slowText: [String] {
        guard self.plan.scenario == .slow else { return [] }
        let due = self.counts.published * self.plan.slowClients
        return [
            "Slow consumers - \(self.plan.slowClients * self.processes): got \(self.counts.slowDelivered)/\(due) "
                + "when they read again, twice \(self.counts.slowDuplicates), "
                + "ended by the server \(self.counts.slowSessionsLost)"
        ]
    }

    private var usageText: [String] {
        var lines: [String] = []
        if self.openSeconds > 0, self.sessions > 0 {
            lines.append(
                "Sessions - \(self.sessions) made in \(Self.milliseconds(self.openSeconds)) ms "
                    + "(\(Self.rate(self.sessions, self.openSeconds))/s), lost \(self.counts.sessionsLost)"
            )
        } else if self.counts.sessionsLost > 0 {
            lines.append("Sessions - lost \(self.counts.sessionsLost)")
        }
        lines.append(
            "Wire - sent \(Decimals.grouped(self.counts.bytesOut)) B, received \(Decimals.grouped(self.counts.bytesIn)) B"
                + (self.plan.target.isSecure ? " (before encryption)" : "")
        )
        if let server = self.server {
            lines.append("Server - \(self.cpuText(server.after.cpu - server.before.cpu))")
            lines.append("Server - memory: \(Self.memory(server.before, server.after))" + self.growthText(server))
        }
        lines.append("Client - \(self.cpuText(self.clientCPU))")
        lines.append("Client - memory: \(Self.memory(self.clientBefore, self.clientAfter))")
        let wall = max(self.wallSeconds, 1e-9)
        for (index, cpu) in self.loopCPU.enumerated() {
            lines.append("Client - event loop \(index): busy \(Decimals.text(100 * cpu / wall, 1))%")
        }
        return lines
    }

    private func cpuText(_ seconds: Double) -> String {
        let share = Decimals.text(100 * seconds / max(self.wallSeconds, 1e-9), 1)
        let start = "CPU: \(Decimals.text(seconds, 3)) s, \(share)% of one core"
        guard self.items > 0 else { return start }
        let what = self.plan.scenario == .churn ? "sessions" : "deliveries"
        return "\(start), \(Decimals.text(self.perMillion(seconds), 3)) s per million \(what)"
    }

    private func growthText(_ server: ServerUsage) -> String {
        guard self.sessions > 0, server.after.anonymous > 0 else { return "" }
        let growth = server.before.anonymous - server.empty.anonymous
        return ", \(Decimals.grouped(growth / self.sessions)) B per session"
    }

    private static func summary(_ histogram: LatencyHistogram) -> String {
        let values =
            [
                histogram.min, UInt64(histogram.mean), histogram.value(atPercentile: 50),
                histogram.value(atPercentile: 99), histogram.value(atPercentile: 99.9), histogram.max,
            ]
        let text = values.map { Decimals.grouped($0 / 1000) }.joined(separator: "/")
        return "\(histogram.count) samples | min/avg/50th%/99th%/99.9th%/max = \(text) µs"
    }

    private static func memory(_ before: ProcessUsage, _ after: ProcessUsage) -> String {
        func mebibytes(_ bytes: Int) -> String { Decimals.text(Double(bytes) / 1_048_576, 1) }
        return "\(mebibytes(after.resident)) MiB resident, \(mebibytes(after.anonymous)) MiB anonymous "
            + "(\(mebibytes(before.anonymous)) before), peak \(mebibytes(after.peak)) MiB"
    }

    private static func rate(_ count: Int, _ seconds: Double) -> String {
        Decimals.text(Double(count) / max(seconds, 1e-9), 0)
    }

    private static func mebibits(_ bytes: Int, _ seconds: Double) -> String {
        Decimals.text(Double(bytes) * 8 / 1_048_576 / seconds, 3)
    }

    private static func milliseconds(_ seconds: Double) -> String { Decimals.text(seconds * 1000, 0) }
}

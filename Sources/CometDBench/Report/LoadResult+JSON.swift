package import Bayeux

extension LoadResult {
    /// What has been seen, for machines: latencies in microseconds, memory and wire in bytes, CPU in seconds.
    package var json: JSONValue {
        var object: JSONObject = [
            "scenario": .string(self.plan.scenario.rawValue),
            "transport": .string(self.plan.transport.rawValue),
            "url": .string(self.plan.target.url),
            "processes": JSONValue(self.processes),
            "plan": self.planJSON,
            "sessions": JSONValue(self.sessions),
            "openSeconds": Self.number(self.openSeconds),
            "wallSeconds": Self.number(self.wallSeconds),
            "sendSeconds": Self.number(self.sendSeconds),
            "receiveSeconds": Self.number(self.receiveSeconds),
            "messages": self.messagesJSON,
            "wire": ["sent": JSONValue(self.counts.bytesOut), "received": JSONValue(self.counts.bytesIn)],
            "latency": Self.json(self.intended),
            "latencyFromActual": Self.json(self.actual),
            "sendLateness": Self.json(self.lateness),
            "client": self.usage(self.clientBefore, self.clientAfter),
        ]
        object["sessionsLost"] = JSONValue(self.counts.sessionsLost)
        if self.plan.scenario == .churn {
            object["sessionsDone"] = JSONValue(self.counts.sessionsDone)
            object["sessionsPerSecond"] = Self.rate(self.counts.sessionsDone, self.receiveSeconds)
        }
        if self.plan.scenario == .slow {
            object["slow"] = [
                "sessions": JSONValue(self.plan.slowClients * self.processes),
                "delivered": JSONValue(self.counts.slowDelivered),
                "duplicates": JSONValue(self.counts.slowDuplicates),
                "ended": JSONValue(self.counts.slowSessionsLost),
            ]
        }
        if let server = self.server {
            var usage = self.usage(server.before, server.after)
            if self.sessions > 0, case .object(var members) = usage {
                let growth = Double(server.before.anonymous - server.empty.anonymous) / Double(self.sessions)
                members["bytesPerSession"] = Self.number(growth)
                usage = .object(members)
            }
            object["server"] = usage
        }
        return .object(object)
    }

    private var planJSON: JSONValue {
        [
            "channel": .string(self.plan.channel), "rooms": JSONValue(self.plan.rooms),
            "roomsPerClient": JSONValue(self.plan.roomsPerClient), "clients": JSONValue(self.plan.clients),
            "slowClients": JSONValue(self.plan.slowClients), "batchCount": JSONValue(self.plan.batchCount),
            "batchSize": JSONValue(self.plan.batchSize), "batchPause": JSONValue(self.plan.batchPause),
            "messageSize": JSONValue(self.plan.messageSize), "randomize": .bool(self.plan.isRandomized),
            "ack": .bool(self.plan.acknowledges), "eventLoops": JSONValue(self.plan.eventLoops),
            "concurrency": JSONValue(self.plan.concurrency), "lateAfter": JSONValue(self.plan.lateAfter),
            "seed": JSONValue(self.plan.seed),
        ]
    }

    private var messagesJSON: JSONValue {
        [
            "published": JSONValue(self.counts.published), "requests": JSONValue(self.counts.requests),
            "acknowledged": JSONValue(self.counts.acknowledged), "refused": JSONValue(self.counts.refused),
            "expected": JSONValue(self.counts.expected), "delivered": JSONValue(self.counts.delivered),
            "responses": JSONValue(self.counts.responses), "lost": JSONValue(self.counts.lost),
            "late": JSONValue(self.counts.late), "duplicates": JSONValue(self.counts.duplicates),
            "stray": JSONValue(self.counts.stray),
            "publishedPerSecond": Self.rate(self.counts.published, self.sendSeconds),
            "deliveredPerSecond": Self.rate(self.counts.delivered, self.receiveSeconds),
        ]
    }

    private func usage(_ before: ProcessUsage, _ after: ProcessUsage) -> JSONValue {
        let cpu = after.cpu - before.cpu
        return [
            "cpuSeconds": Self.number(cpu), "cpuSecondsPerMillion": Self.number(self.perMillion(cpu)),
            "resident": JSONValue(after.resident), "anonymous": JSONValue(after.anonymous),
            "anonymousBefore": JSONValue(before.anonymous), "peak": JSONValue(after.peak),
        ]
    }

    private static func json(_ histogram: LatencyHistogram) -> JSONValue {
        func microseconds(_ nanoseconds: some BinaryInteger) -> JSONValue { self.number(Double(nanoseconds) / 1000) }
        return [
            "count": JSONValue(histogram.count), "min": microseconds(histogram.min),
            "avg": self.number(histogram.mean / 1000), "p50": microseconds(histogram.value(atPercentile: 50)),
            "p85": microseconds(histogram.value(atPercentile: 85)),
            "p95": microseconds(histogram.value(atPercentile: 95)),
            "p99": microseconds(histogram.value(atPercentile: 99)),
            "p999": microseconds(histogram.value(atPercentile: 99.9)), "max": microseconds(histogram.max),
        ]
    }

    private static func rate(_ count: Int, _ seconds: Double) -> JSONValue {
        self.number(seconds > 0 ? Double(count) / seconds : 0)
    }

    /// Six digits behind the point are enough.
    private static func number(_ value: Double) -> JSONValue { JSONValue((value * 1e6).rounded() / 1e6) ?? .null }
}

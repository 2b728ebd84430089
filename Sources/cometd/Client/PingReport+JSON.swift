import Bayeux

extension PingReport {
    /// The report for machines; times are in milliseconds.
    var json: JSONValue {
        var object: JSONObject = [
            "url": .string(self.url),
            "transport": .string(self.transport),
            "supportedConnectionTypes": .array(self.offered.map { .string($0) }),
            "extensions": .array(self.extensions.map { .string($0) }),
            "advice": self.adviceJSON.value(),
        ]
        if let summary = self.summary {
            object["roundTrip"] = .object([
                "count": JSONValue(self.roundTrips.count), "min": Self.milliseconds(summary.least),
                "avg": Self.milliseconds(summary.mean), "max": Self.milliseconds(summary.longest),
            ])
        }
        if let offset = self.clockOffset { object["clockOffset"] = Self.milliseconds(offset) }
        switch self.tls {
        case nil: break
        case .known(let facts): object["tls"] = .object(facts.json)
        case .unknown(let reason): object["tls"] = .object(["unknown": .string(reason)])
        }
        return .object(object)
    }

    /// Milliseconds with three digits behind the point.
    private static func milliseconds(_ duration: Duration) -> JSONValue {
        JSONValue((duration.inMilliseconds * 1000).rounded() / 1000) ?? .null
    }
}

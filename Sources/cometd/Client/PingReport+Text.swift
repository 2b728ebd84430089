import Bayeux
import CometDServer
import Foundation

extension PingReport {
    /// The report for people: a line for each fact.
    var text: String {
        var rows: [(name: String, value: String)] = [
            ("server", self.url),
            ("transport", self.transport),
            ("offered", Self.list(self.offered)),
            ("extensions", Self.list(self.extensions)),
            ("advice", self.adviceJSON.description),
        ]
        if let summary = self.summary {
            let times = [summary.least, summary.mean, summary.longest].map { Self.milliseconds($0) }
            rows.append(("round trip", "min/avg/max \(times.joined(separator: "/")) ms (\(self.roundTrips.count))"))
        }
        if let offset = self.clockOffset { rows.append(("clock", "\(Self.clock(offset))")) }
        switch self.tls {
        case nil: break
        case .known(let facts): rows += facts.rows
        case .unknown(let reason): rows.append(("tls", "unknown: \(reason)"))
        }
        let width = (rows.map(\.name.count).max() ?? 0) + 2
        return rows.map { row in
            row.name.padding(toLength: width, withPad: " ", startingAt: 0) + row.value.onOneLine
        }.joined(separator: "\n")
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.joined(separator: ", ")
    }

    private static func milliseconds(_ duration: Duration) -> String {
        String(format: "%.2f", duration.inMilliseconds)
    }

    private static func clock(_ offset: Duration) -> String {
        guard offset != .zero else { return "as here" }
        return offset > .zero ? "\(offset.inWords) ahead of this one" : "\((.zero - offset).inWords) behind this one"
    }
}

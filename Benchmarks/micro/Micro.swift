import Bayeux
import CometDServer
import NIOCore
import NIOPosix

/// CPU time of parts of the server, without sockets: `cometd-micro [scan|publish|fanout|longpoll] [iterations]`.
///
/// Single-threaded and without a task, so that callgrind can follow it.
@main struct Micro {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let chosen = arguments.first.map { [$0] } ?? ["scan", "publish", "fanout", "longpoll"]
        let iterations = arguments.dropFirst().first.flatMap { Int($0) }
        for name in chosen {
            switch name {
            case "scan": Self.report("scan of a publish of 146 bytes", try ScanBenchmark.run(iterations ?? 5_000_000))
            case "publish":
                Self.report("publish, scan to fan-out, no subscriber", try Engine().publish(iterations ?? 500_000))
            case "fanout":
                Self.report("delivery to one of 1,000 sessions", try Engine().fanOut(iterations ?? 2_000) / 1000)
            case "longpoll":
                Self.report("long-polling round trip, engine only", try Engine().longPoll(iterations ?? 300_000))
            default: print("unknown benchmark: \(name)")
            }
        }
    }

    private static func report(_ name: String, _ nanoseconds: Double) {
        let tenths = Int((nanoseconds * 10).rounded())
        print("\(name): \(tenths / 10).\(tenths % 10) ns")
    }
}

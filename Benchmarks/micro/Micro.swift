import Bayeux
import CometDServer
import NIOCore
import NIOPosix

/// CPU time of parts of the server, without sockets: `cometd-micro [BENCHMARK] [iterations]`, where the benchmarks are
/// `scan`, `publish`, `fanout`, `longpoll`, `lane`, `open` and `deflate`.
///
/// Single-threaded and without a task, so that callgrind can follow it.
@main struct Micro {
    private static let all = ["scan", "publish", "fanout", "longpoll", "lane", "open", "deflate"]

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let chosen = arguments.first.map { [$0] } ?? self.all
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
            case "lane":
                Self.report("long-polling round trip with HTTP", try LaneBenchmark().longPoll(iterations ?? 100_000))
            case "open":
                Self.report("new WebSocket, handshake, connect, end", try LaneBenchmark().open(iterations ?? 20_000))
            case "deflate": try Self.reportCompression(iterations ?? 2_000)
            default: print("unknown benchmark: \(name)")
            }
        }
    }

    private static func reportCompression(_ iterations: Int) throws {
        for compresses in [false, true] {
            let name = compresses ? "compressed" : "plain"
            let one = try WebSocketBenchmark(subscribers: 1, compresses: compresses).publish(iterations * 10)
            let many = try WebSocketBenchmark(subscribers: 1000, compresses: compresses).publish(iterations)
            let most = try WebSocketBenchmark(subscribers: 10_000, compresses: compresses).publish(iterations / 10)
            Self.report("broadcast of 1 kB to one WebSocket, \(name)", one)
            Self.report("each further delivery, up to 1,000, \(name)", (many - one) / 999)
            Self.report("each further delivery, up to 10,000, \(name)", (most - many) / 9000)
        }
    }

    private static func report(_ name: String, _ nanoseconds: Double) {
        let tenths = Int((nanoseconds * 10).rounded())
        print("\(name): \(tenths / 10).\(tenths % 10) ns")
    }
}

import CometDBench
import CometDServer
import NIOCore
import NIOPosix
import Synchronization

/// What a bench server adds to a server: a load client may ask what it uses, and say when a run begins and ends.
///
/// Between the two, the server notes what its event loops do, and prints it at the end.
final class BenchService: Sendable {
    /// Work that holds an event loop for longer is told, if that is wanted.
    private static let long = TimeAmount.milliseconds(100)
    /// How often it is looked how long work waits.
    private static let period = TimeAmount.milliseconds(10)

    /// A run that is being measured.
    private struct Run {
        var usage: ProcessUsage
        var loops: [Double]
        var begin: NIODeadline
    }

    private let parameters: ServerParameters
    private let group: MultiThreadedEventLoopGroup
    private let waits: [Waits]
    private let run = Mutex<Run?>(nil)

    init(_ parameters: ServerParameters, group: MultiThreadedEventLoopGroup) {
        self.parameters = parameters
        self.group = group
        self.waits = group.makeIterator().map { _ in Waits() }
    }

    /// The channel of a function.
    static func channel(_ name: String) -> String { "/service/bench/\(name)" }

    /// Adds the functions to a server.
    func install(on server: BayeuxServer) throws {
        try server.addRemoteCall("bench/usage") { _ in Self.usage() }
        try server.addRemoteCall("bench/start") { _ in await self.start() }
        try server.addRemoteCall("bench/stop") { _ in await self.stop() }
        guard self.parameters.recordLatencies || self.parameters.detectLongRequests else { return }
        for (index, eventLoop) in self.group.makeIterator().enumerated() { self.watch(eventLoop, index) }
    }

    private static func usage() -> ProcessUsage { ProcessUsage(ofProcess: nil) ?? ProcessUsage() }

    /// Looks how late a task runs, again and again.
    private func watch(_ eventLoop: any EventLoop, _ index: Int) {
        let due = NIODeadline.now() + Self.period
        eventLoop.scheduleTask(deadline: due) {
            let wait = NIODeadline.now() - due
            if self.parameters.recordLatencies { self.waits[index].value.withLock { $0.record(wait.nanoseconds) } }
            if self.parameters.detectLongRequests, wait > Self.long {
                StandardOutput.note("event loop \(index) was held for \(wait.nanoseconds / 1_000_000) ms")
            }
            self.watch(eventLoop, index)
        }
    }

    private func loops() async -> [Double] {
        var times: [Double] = []
        for eventLoop in self.group.makeIterator() {
            times.append((try? await eventLoop.submit { SystemClock.threadCPU }.get()) ?? 0)
        }
        return times
    }

    private func start() async -> ProcessUsage {
        let loops = await self.loops()
        for wait in self.waits { wait.value.withLock { $0 = LatencyHistogram() } }
        let usage = Self.usage()
        self.run.withLock { $0 = Run(usage: usage, loops: loops, begin: .now()) }
        return usage
    }

    private func stop() async -> ProcessUsage {
        let usage = Self.usage()
        let run = self.run.withLock { run in
            defer { run = nil }
            return run
        }
        guard let run, self.parameters.recordStatistics else { return usage }
        let loops = await self.loops()
        let wall = Double((NIODeadline.now() - run.begin).nanoseconds) / 1e9
        let cpu = usage.cpu - run.usage.cpu
        let share = Decimals.text(100 * cpu / max(wall, 1e-9), 1)
        var lines = [
            "Run - \(Decimals.text(wall, 1)) s, CPU \(Decimals.text(cpu, 3)) s (\(share)% of one core), "
                + "memory \(Decimals.text(Double(usage.resident) / 1_048_576, 1)) MiB"
        ]
        for (index, (after, before)) in zip(loops, run.loops).enumerated() {
            var line = "  event loop \(index): busy \(Decimals.text(100 * (after - before) / max(wall, 1e-9), 1))%"
            let waits = self.waits[index].value.withLock { $0 }
            if waits.count > 0 {
                let values = [waits.value(atPercentile: 50), waits.value(atPercentile: 99), waits.max]
                line += ", work waits 50th%/99th%/max = "
                line += values.map { Decimals.grouped($0 / 1000) }.joined(separator: "/") + " µs"
            }
            lines.append(line)
        }
        for line in lines { try? StandardOutput.write(line: line) }
        return usage
    }
}

/// How long work has waited for one event loop.
private final class Waits: Sendable {
    let value = Mutex(LatencyHistogram())
}

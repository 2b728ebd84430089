import NIOCore
import NIOPosix
import NIOSSL

/// Loads a server with the sessions of one process.
///
/// ``open()``, then ``iterate(_:share:)`` as often as wanted, then ``close()``, one after the other.
package final class LoadGenerator: Sendable {
    private let plan: LoadPlan
    private let group: MultiThreadedEventLoopGroup
    private let loops: [LoopHandle]

    /// Finds the server and starts the event loops.
    ///
    /// - Parameter plan: What shall be done.
    /// - Throws: ``LoadError`` when the plan makes no sense, or the server's name is not known.
    package init(_ plan: LoadPlan) async throws {
        if let fault = plan.fault { throw LoadError(.invalid, fault) }
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(plan.target.host, port: plan.target.port)
        } catch {
            throw LoadError(.unreachable, "cannot find the host '\(plan.target.host)'")
        }
        let tls = try Self.tls(of: plan.target)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, plan.eventLoops))
        var loops: [LoopHandle] = []
        for (index, eventLoop) in group.makeIterator().enumerated() {
            let handle = try await eventLoop.submit {
                LoopHandle(LoadLoop(plan, index: index, eventLoop: eventLoop, address: address, tls: tls))
            }.get()
            loops.append(handle)
        }
        self.plan = plan
        self.group = group
        self.loops = loops
    }

    private static func tls(of target: LoadTarget) throws -> NIOSSLContext? {
        guard target.isSecure else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let roots = target.trustRoots {
            configuration.trustRoots = .file(roots)
        } else {
            configuration.certificateVerification = .none
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw LoadError(.invalid, "cannot read the certificates of \(target.trustRoots ?? "the system")")
        }
    }

    /// Makes all sessions.
    ///
    /// - Returns: How long that took, in seconds.
    /// - Throws: ``LoadError`` for the first session that cannot be made.
    package func open() async throws -> Double {
        let start = NIODeadline.now()
        let limit = TimeAmount.seconds(30 + Int64(self.plan.sessionCount / 100))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for loop in self.loops {
                group.addTask {
                    try await loop.wait { $0.openSessions(within: limit) }
                }
            }
            try await group.waitForAll()
        }
        return (NIODeadline.now() - start).seconds
    }

    /// Does the work once.
    ///
    /// - Parameters:
    ///   - iteration: The number of the iteration, another one each time.
    ///   - share: How much of the work, from 0 to 1; less than 1 to warm up.
    /// - Returns: What was seen; without the server.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func iterate(_ iteration: UInt32, share: Double = 1) async throws -> LoadResult {
        var result = LoadResult(plan: self.plan)
        result.clientBefore = ProcessUsage(ofProcess: nil) ?? ProcessUsage()
        let cpuBefore = try await self.onAll { _ in SystemClock.threadCPU }
        let begin = NIODeadline.now()
        try await self.start(iteration, share: share)
        if self.plan.scenario == .idle {
            try await Task.sleep(for: .seconds(self.plan.hold * share))
        } else {
            try await self.waitForArrivals()
        }
        result.wallSeconds = (NIODeadline.now() - begin).seconds
        result.clientAfter = ProcessUsage(ofProcess: nil) ?? ProcessUsage()
        let cpuAfter = try await self.onAll { _ in SystemClock.threadCPU }
        result.loopCPU = zip(cpuAfter, cpuBefore).map { $0 - $1 }
        try await self.finishSlowSessions()
        let recorders = try await self.onAll { $0.recorder }
        let ready = try await self.onAll { loop in loop.sessions.count { $0.phase == .ready } }
        result.sessions = ready.reduce(0, +)
        result.take(recorders)
        return result
    }

    /// What the server or the system last said of something that failed.
    package var lastFault: String? {
        get async { (try? await self.onAll { $0.lastFault })?.compactMap { $0 }.first }
    }

    /// Ends all sessions in order, and the event loops.
    package func close() async {
        await withTaskGroup(of: Void.self) { group in
            for loop in self.loops {
                group.addTask { try? await loop.wait { $0.closeSessions(within: .seconds(5)) } }
            }
        }
        try? await self.group.shutdownGracefully()
    }

    // MARK: Steps

    private func onAll<Value: Sendable>(_ body: @escaping @Sendable (LoadLoop) -> Value) async throws -> [Value] {
        var values: [Value] = []
        for loop in self.loops { values.append(try await loop.submit(body)) }
        return values
    }

    private func start(_ iteration: UInt32, share: Double) async throws {
        let plan = self.plan
        func part(of count: Int) -> Int { max(1, Int((Double(count) * share).rounded())) }
        let batches = part(of: plan.batchCount)
        let sessions = part(of: plan.clients)
        let schedule = BatchSchedule(plan, iteration: iteration, count: batches)
        let gate = BatchGate()
        // Time enough for all loops to get ready.
        let start = NIODeadline.now() + .milliseconds(50)
        let loops = self.loops
        for loop in loops {
            try await loop.submit { loop in
                let driver: any LoadDriver
                switch plan.scenario {
                case .fanout, .rooms, .slow:
                    driver = BatchSender(
                        loop,
                        schedule: schedule,
                        iteration: iteration,
                        start: start,
                        gate: gate,
                        loops: loops
                    )
                case .echo: driver = EchoDriver(loop, iteration: iteration, start: start, count: batches)
                case .churn: driver = ChurnDriver(loop, start: start, count: sessions)
                case .idle: driver = IdleDriver()
                }
                loop.prepare(iteration: iteration, driver: driver)
            }
        }
        // Not before all of them count for this iteration.
        for loop in loops { try await loop.submit { $0.driver?.start() } }
    }

    private struct Progress: Equatable, Sendable {
        var unsent = 0
        var missing = 0
        var unanswered = 0
        var seen = 0
        var stamp = 0
    }

    private func progress() async throws -> Progress {
        let parts = try await self.onAll { loop in
            let counts = loop.recorder.counts
            return Progress(
                unsent: loop.driver?.unsent ?? 0,
                missing: counts.expected - counts.delivered,
                unanswered: counts.published - counts.acknowledged - counts.refused,
                seen: counts.delivered + counts.acknowledged + counts.sessionsDone,
                stamp: counts.slowDelivered
            )
        }
        return parts.reduce(into: Progress()) { all, part in
            all.unsent += part.unsent
            all.missing += part.missing
            all.unanswered += part.unanswered
            all.seen += part.seen
            all.stamp += part.stamp
        }
    }

    /// Waits until all has been sent and has arrived, or nothing has changed for too long.
    private func waitForArrivals() async throws {
        var last = Progress()
        var lastChange = NIODeadline.now()
        // What has been published may begin late, when the pauses are long.
        let patience = self.plan.patience + Double(self.plan.batchPause) / 1e6
        while true {
            try await Task.sleep(for: .milliseconds(10))
            let progress = try await self.progress()
            let now = NIODeadline.now()
            if progress != last {
                last = progress
                lastChange = now
            }
            let quiet = (now - lastChange).seconds
            if progress.unsent == 0, progress.missing <= 0, progress.unanswered <= 0 || quiet > 0.2 { return }
            if quiet > patience { return }
        }
    }

    /// Lets those that have read nothing read what waits for them, until nothing comes for a while.
    private func finishSlowSessions() async throws {
        guard self.plan.scenario == .slow, self.plan.slowClients > 0 else { return }
        _ = try await self.onAll { $0.resumeSlowSessions() }
        var last = -1
        var quiet = 0
        while quiet < 20 {
            try await Task.sleep(for: .milliseconds(50))
            let stamp = try await self.progress().stamp
            quiet = stamp == last ? quiet + 1 : 0
            last = stamp
        }
    }
}

/// Does nothing.
private final class IdleDriver: LoadDriver {
    let unsent = 0

    func start() {}
}

extension LoadResult {
    /// Takes what the event loops have counted.
    fileprivate mutating func take(_ recorders: [LoopRecorder]) {
        for recorder in recorders {
            self.counts.add(recorder.counts)
            self.intended.add(recorder.intended)
            self.actual.add(recorder.actual)
            self.lateness.add(recorder.lateness)
            if (recorder.slowest?.nanoseconds ?? -1) > (self.slowest?.nanoseconds ?? -1) {
                self.slowest = recorder.slowest
            }
        }
        guard let first = recorders.compactMap(\.firstSend).min() else { return }
        if let last = recorders.compactMap(\.lastSend).max() { self.sendSeconds = (last - first).seconds }
        if let last = recorders.compactMap(\.lastArrival).max() { self.receiveSeconds = (last - first).seconds }
    }
}

extension TimeAmount {
    /// The same in seconds.
    var seconds: Double { Double(self.nanoseconds) / 1e9 }
}

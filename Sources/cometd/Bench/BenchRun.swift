import CometDBench

/// One run: sessions are made, it is warmed up and measured, sessions are ended.
struct BenchRun {
    /// What is done.
    let plan: LoadPlan
    /// How often a part of it is done before.
    let warmups: Int
    /// How the server's use of the machine is learnt.
    let probe: ServerProbe
    /// Whether it tells how far it is, as the book's benchmark does.
    var tellsProgress = false

    /// How much of the work warms up.
    private static let warmupShare = 0.2
    /// How many sessions come and go before memory is measured, so that what the server makes once is there.
    private static let firstSessions = 500

    /// Runs.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be done.
    func run() async throws -> LoadResult {
        OpenFiles.allowMost()
        if let fault = self.plan.fault { throw CommandFailure(.usage, fault) }
        do {
            return try await self.measured()
        } catch let error as LoadError {
            throw CommandFailure(.failure, error.description)
        }
    }

    private func measured() async throws -> LoadResult {
        if self.plan.scenario == .idle, self.warmups > 0 { try await self.meetServer() }
        let empty = await self.probe.usage(.empty)
        let team = try await BenchTeam.make(self.plan)
        let result: Result<LoadResult, any Error>
        do {
            result = .success(try await self.measured(with: team, empty: empty))
        } catch {
            result = .failure(error)
        }
        await team.close()
        return try result.get()
    }

    private func measured(with team: BenchTeam, empty: ProcessUsage?) async throws -> LoadResult {
        if self.tellsProgress { try StandardOutput.write(line: "Waiting for clients to be ready...") }
        let openSeconds = try await team.open()
        if self.tellsProgress {
            try StandardOutput.write(line: "Clients ready: \(self.plan.sessionCount * self.plan.processes)")
        }
        if self.plan.scenario != .idle {
            for number in 0..<self.warmups {
                _ = try await team.iterate(UInt32(number + 1), share: Self.warmupShare)
            }
        } else {
            // What sessions need only while they are made is given back.
            try await Task.sleep(for: .seconds(1))
        }
        let before = await self.probe.usage(.before)
        var result = try await team.iterate(UInt32(self.warmups + 1), share: 1)
        let after = await self.probe.usage(.after)
        result.openSeconds = openSeconds
        if let before, let after {
            result.server = LoadResult.ServerUsage(empty: empty ?? before, before: before, after: after)
        }
        if !result.isComplete, let fault = await team.lastFault { StandardOutput.note("last fault: \(fault)") }
        return result
    }

    /// Makes some sessions, and ends them.
    private func meetServer() async throws {
        var plan = self.plan
        plan.clients = max(1, min(plan.clients / 10, Self.firstSessions))
        plan.processes = 1
        let team = try await BenchTeam.make(plan)
        do {
            _ = try await team.open()
        } catch {
            await team.close()
            throw error
        }
        await team.close()
    }
}

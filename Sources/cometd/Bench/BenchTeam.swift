import CometDBench
import Foundation

/// Those who load: this process, or several others.
enum BenchTeam: Sendable {
    case here(LoadGenerator)
    case workers([ChildProcess])

    /// Gets those ready who do what a plan says.
    static func make(_ plan: LoadPlan) async throws -> BenchTeam {
        guard plan.processes > 1 else { return .here(try await LoadGenerator(plan)) }
        var workers: [ChildProcess] = []
        for number in 0..<plan.processes {
            let worker = try ChildProcess(["bench", "worker"])
            workers.append(worker)
            try worker.send(String(decoding: JSONEncoder().encode(plan.part(number)), as: UTF8.self))
        }
        return .workers(workers)
    }

    /// Makes all sessions.
    ///
    /// - Returns: How long that took, in seconds.
    func open() async throws -> Double {
        switch self {
        case .here(let generator): return try await generator.open()
        case .workers(let workers):
            for worker in workers { try worker.send("open") }
            var longest = 0.0
            for worker in workers { longest = max(longest, try await Self.answer(of: worker, Double.self)) }
            return longest
        }
    }

    /// Does the work once.
    func iterate(_ iteration: UInt32, share: Double) async throws -> LoadResult {
        switch self {
        case .here(let generator): return try await generator.iterate(iteration, share: share)
        case .workers(let workers):
            for worker in workers { try worker.send("iterate \(iteration) \(share)") }
            var results: [LoadResult] = []
            for worker in workers { results.append(try await Self.answer(of: worker, LoadResult.self)) }
            guard var all = results.first else { throw CommandFailure(.failure, "nobody does it") }
            for other in results.dropFirst() { all.add(other) }
            return all
        }
    }

    /// What a server or the system last said of something that failed.
    var lastFault: String? {
        get async {
            if case .here(let generator) = self { await generator.lastFault } else { nil }
        }
    }

    /// Ends all sessions, and the workers.
    func close() async {
        switch self {
        case .here(let generator): await generator.close()
        case .workers(let workers):
            // Each ends its sessions when its input ends.
            await withTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { await worker.end(asksToEnd: false) } }
            }
        }
    }

    private static func answer<Value: Decodable>(of worker: ChildProcess, _ type: Value.Type) async throws -> Value {
        guard let line = await worker.line() else {
            throw CommandFailure(.failure, "a process of the benchmark has ended")
        }
        if line.hasPrefix("error ") { throw CommandFailure(.failure, String(line.dropFirst(6))) }
        return try JSONDecoder().decode(type, from: Data(line.utf8))
    }
}

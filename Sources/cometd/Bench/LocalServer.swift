import CometDBench
import Foundation

/// A server of this program's own, in a process of its own, for the time of a run.
struct LocalServer: Sendable {
    private let process: ChildProcess
    /// Where it listens.
    let target: LoadTarget

    /// The number of its process.
    var processID: Int32 { self.process.id }

    /// Starts `cometd serve` on a free port of this machine, and waits until it listens.
    ///
    /// - Parameters:
    ///   - eventLoops: How many event loops it has; `nil` for its default.
    ///   - arguments: More arguments.
    /// - Returns: The server.
    /// - Throws: ``CommandFailure`` when it does not start.
    static func start(eventLoops: Int?, arguments: [String]) async throws -> LocalServer {
        OpenFiles.allowMost()
        let loops = eventLoops.map { ["--event-loops", "\($0)"] } ?? []
        let process = try ChildProcess(["serve", "--port", "0", "--log-level", "error"] + loops + arguments)
        while let line = await process.line() {
            guard let url = line.split(separator: " ").last, let target = LoadTarget(url: String(url)) else { continue }
            return LocalServer(process: process, target: target)
        }
        await process.end(asksToEnd: true)
        throw CommandFailure(.failure, "the server did not start")
    }

    /// Ends it.
    func stop() async { await self.process.end(asksToEnd: true) }
}

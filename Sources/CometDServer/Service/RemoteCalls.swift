import Bayeux
import Logging
import Synchronization

/// The remote calls of a server: which functions it has, and which calls are running.
final class RemoteCalls: Sendable {
    /// Answers a call.
    typealias Handler = @Sendable (RemoteCall) async throws -> RemoteCallAnswer

    /// A function that clients can call.
    struct Target {
        var listened: ServerChannel
        var token: ListenerToken
    }

    private struct State {
        /// By the shapes of their patterns.
        var targets: [String: Target] = [:]
        /// How many functions run; one that ignores its cancellation counts until it ends.
        var runningCount = 0
        /// The calls that may have to be cancelled, by the ids of their callers' sessions.
        var calls: [String: [ObjectIdentifier: RunningCall]] = [:]
        var watchesSessions = false
    }

    private let limit: Int
    private let logger: Logger
    private let state = Mutex(State())

    init(limit: Int, logger: Logger) {
        self.limit = limit
        self.logger = logger
    }

    /// Starts the function that answers a call; on the caller's event loop.
    func start(
        _ call: RemoteCall,
        timeout: Duration,
        runs execution: RemoteCall.Execution,
        _ handler: @escaping Handler
    ) {
        let running = RunningCall(call)
        let isAdmitted = self.state.withLock { state in
            guard state.runningCount < self.limit else { return false }
            state.runningCount += 1
            state.calls[call.caller.id, default: [:]][ObjectIdentifier(running)] = running
            return true
        }
        guard isAdmitted else {
            self.logger.warning("too many remote calls", metadata: ["target": "\(call.target)"])
            call.deliver(RemoteCallAnswer(RemoteCallFailure(RemoteCallFailure.tooManyCalls)))
            return
        }
        running.setDeadline(in: timeout)
        let work: @Sendable () async -> Void = {
            running.ended(await self.answer(call, handler))
            self.ended(running)
        }
        let task =
            switch execution {
            case .onEventLoop: call.caller.shard.executor.start(work)
            case .concurrently: EventLoopTaskExecutor.startElsewhere(work)
            }
        running.started(task)
    }

    /// A session has ended: nobody waits for its calls any more.
    func sessionEnded(_ id: String) {
        let calls = self.state.withLock { $0.calls.removeValue(forKey: id) }
        for call in (calls ?? [:]).values { call.cancel(answering: nil) }
    }

    /// How many functions run.
    var runningCount: Int { self.state.withLock { $0.runningCount } }

    private func ended(_ running: RunningCall) {
        self.state.withLock { state in
            state.runningCount -= 1
            let id = running.call.caller.id
            guard var calls = state.calls[id] else { return }
            calls[ObjectIdentifier(running)] = nil
            state.calls[id] = calls.isEmpty ? nil : calls
        }
    }

    private func answer(_ call: RemoteCall, _ handler: Handler) async -> RemoteCallAnswer {
        do {
            return try await handler(call)
        } catch let failure as RemoteCallFailure {
            let cause = failure.cause.map { "\($0)" } ?? ""
            self.logger.debug(
                "a remote call was refused",
                metadata: ["target": "\(call.target)", "failure": "\(failure)", "cause": "\(cause)"]
            )
            return RemoteCallAnswer(failure)
        } catch {
            self.logger.error("a remote call failed", metadata: ["target": "\(call.target)", "error": "\(error)"])
            return RemoteCallAnswer(RemoteCallFailure(RemoteCallFailure.unknown))
        }
    }
}

// MARK: - Targets

extension RemoteCalls {
    /// Notes a function that clients can call.
    ///
    /// - Returns: Whether it is the first of its target, and whether sessions have to be watched from now on.
    func reserve(_ shape: String, _ added: Target) -> (isNew: Bool, mustWatch: Bool) {
        self.state.withLock { state in
            guard state.targets[shape] == nil else { return (false, false) }
            state.targets[shape] = added
            defer { state.watchesSessions = true }
            return (true, !state.watchesSessions)
        }
    }

    /// Forgets a function; calls that run go on.
    func remove(_ shape: String) -> Target? {
        self.state.withLock { $0.targets.removeValue(forKey: shape) }
    }
}

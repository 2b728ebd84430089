import NIOCore

/// How deep the publishing of listeners is nested: a listener that publishes is called by a message at one more.
enum PublishDepth {
    /// The depth of what the current task publishes; zero outside of hooks.
    @TaskLocal static var current = 0
}

/// A hook of the application that has been started, and what is done when it ends, or takes too long.
///
/// Confined to its shard's event loop.
private final class HookRun<Value: Sendable> {
    private var completion: ((Value?) -> Void)?
    private var timer: TimerWheel.Timer?

    init(_ completion: @escaping (Value?) -> Void) {
        self.completion = completion
    }

    /// Whether the hook has ended or has been given up.
    var hasEnded: Bool { self.completion == nil }

    /// Gives the hook up when it has not ended until then.
    func limit(to duration: Duration, on timers: TimerWheel, _ task: Task<Void, Never>) {
        let timer = TimerWheel.Timer { _ in
            task.cancel()
            self.end(with: nil, timers)
        }
        self.timer = timer
        timers.set(timer, in: TimeAmount(duration))
    }

    /// What comes after the first end is ignored: the hook had been given up.
    func end(with value: Value?, _ timers: TimerWheel) {
        guard let completion = self.completion.take() else { return }
        if let timer = self.timer.take() { timers.cancel(timer) }
        completion(value)
    }
}

extension ShardState {
    /// Runs a hook of the application on the event loop.
    ///
    /// - Parameters:
    ///   - depth: How deep what the hook publishes is nested.
    ///   - limit: How long it may take; it is cancelled and given up beyond that. `nil`: as long as it likes.
    ///   - hook: What the application is asked.
    ///   - completion: Called once on the event loop with the hook's value, at once when it does not suspend; with
    ///     `nil` when it took too long.
    func run<Value: Sendable>(
        depth: Int,
        limit: Duration?,
        _ hook: @escaping @Sendable () async -> Value,
        then completion: @escaping (Value?) -> Void
    ) {
        let run = NIOLoopBound((HookRun(completion), self.timers), eventLoop: self.eventLoop)
        let task = self.shard.executor.start {
            let value = await PublishDepth.$current.withValue(depth) { await hook() }
            run.value.0.end(with: value, run.value.1)
        }
        if let limit, !run.value.0.hasEnded { run.value.0.limit(to: limit, on: self.timers, task) }
    }
}

import NIOCore

/// Runs the asynchronous hooks of applications on an event loop.
///
/// NIO has no task executor of its own. A hook that does not suspend never leaves the loop, one that does resumes on
/// it.
final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Starts a hook at once; it has finished on return unless it suspends.
    ///
    /// Called on the event loop. The only place where the engine starts a task: the exchange that waits for it holds
    /// it, and is resumed by its end.
    @discardableResult
    func start(_ hook: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            return Task.immediate(executorPreference: self) { await hook() }
        } else {
            return Task(executorPreference: self) { await hook() }
        }
    }
}

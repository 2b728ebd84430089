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
    /// Called on the event loop. With ``startElsewhere(_:)`` the only place where the engine starts a task: who waits
    /// for it holds it, and is resumed by its end.
    ///
    /// - Returns: The task, for cancelling it.
    @discardableResult
    func start(_ hook: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            return Task.immediate(executorPreference: self) { await hook() }
        } else {
            return Task(executorPreference: self) { await hook() }
        }
    }

    /// Starts work that leaves the event loop, for the threads of Swift's own pool.
    ///
    /// Who starts it counts it and keeps the task: it is bounded and can be cancelled.
    ///
    /// - Returns: The task, for cancelling it.
    static func startElsewhere(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task { await work() }
    }
}

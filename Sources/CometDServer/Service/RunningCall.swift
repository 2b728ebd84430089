import Bayeux
import NIOCore
import Synchronization

/// One remote call that has not been answered, or whose function has not ended.
///
/// Its function, its deadline and the end of its caller's session race; the first of them settles it.
final class RunningCall: Sendable {
    private enum State {
        /// The function runs, and the caller waits.
        case open(deadline: Scheduled<Void>?, task: Task<Void, Never>?)
        /// The caller has been answered by the function.
        case answered
        /// The caller has been answered otherwise, or has gone: the function's result is dropped.
        case cancelled
    }

    let call: RemoteCall
    private let state = Mutex(State.open(deadline: nil, task: nil))

    init(_ call: RemoteCall) {
        self.call = call
    }

    /// Answers the caller with a timeout when nothing has settled the call by then.
    ///
    /// Called on the caller's event loop, before the function is started.
    func setDeadline(in timeout: Duration) {
        let deadline = self.call.caller.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            self.cancel(answering: RemoteCallAnswer(RemoteCallFailure(RemoteCallFailure.timeout)))
        }
        self.state.withLock { state in
            if case .open(_, let task) = state { state = .open(deadline: deadline, task: task) }
        }
    }

    /// The function runs in this task.
    func started(_ task: Task<Void, Never>) {
        let isTooLate = self.state.withLock { state in
            switch state {
            case .open(let deadline, _):
                state = .open(deadline: deadline, task: task)
                return false
            case .answered: return false
            case .cancelled: return true
            }
        }
        if isTooLate { task.cancel() }
    }

    /// The function has ended.
    func ended(_ answer: RemoteCallAnswer) {
        guard let (deadline, _) = self.settle(as: .answered) else { return }
        deadline?.cancel()
        self.call.deliver(answer)
    }

    /// Gives up the function; `nil` when there is nobody to tell.
    func cancel(answering answer: RemoteCallAnswer?) {
        guard let (deadline, task) = self.settle(as: .cancelled) else { return }
        deadline?.cancel()
        task?.cancel()
        if let answer { self.call.deliver(answer) }
    }

    /// Leaves the open state.
    ///
    /// - Returns: What is to be cancelled; `nil` when the call was settled before.
    private func settle(as next: State) -> (Scheduled<Void>?, Task<Void, Never>?)? {
        self.state.withLock { state in
            guard case .open(let deadline, let task) = state else { return nil }
            state = next
            return (deadline, task)
        }
    }
}

extension RemoteCall {
    /// Answers the caller, with the id of its request.
    func deliver(_ answer: RemoteCallAnswer) {
        self.caller.deliver(answer.message(to: self.message))
    }
}

import Synchronization

/// What one waits for, who may stop waiting: the first outcome counts, later ones are ignored.
final class Outcome<Value: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Value, any Error>)
        case done(Result<Value, any Error>)
        case taken
    }

    private let state = Mutex(State.new)

    /// Resumes a continuation with the outcome, once it is there.
    func wait(_ continuation: CheckedContinuation<Value, any Error>) {
        let result = self.state.withLock { state -> Result<Value, any Error>? in
            guard case .done(let result) = state else {
                state = .waiting(continuation)
                return nil
            }
            state = .taken
            return result
        }
        if let result { continuation.resume(with: result) }
    }

    /// Whether the outcome is not there yet.
    var isOpen: Bool {
        self.state.withLock { state in
            switch state {
            case .new, .waiting: true
            case .done, .taken: false
            }
        }
    }

    /// The outcome is there.
    func complete(_ outcome: Result<Value, some Error>) {
        let result = outcome.mapError { $0 as any Error }
        let waiting = self.state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .new:
                state = .done(result)
                return nil
            case .waiting(let continuation):
                state = .taken
                return continuation
            case .done, .taken:
                return nil
            }
        }
        waiting?.resume(with: result)
    }

    /// Nobody wants the outcome any more.
    func cancel() { self.complete(Result<Value, CancellationError>.failure(CancellationError())) }
}

import Bayeux
import Synchronization

/// An outcome that any number of tasks wait for, before and after it is there.
final class OnceForAll: Sendable {
    private enum State {
        case open([ListenerToken: Outcome<Void>])
        case done(Result<Void, ClientError>)
    }

    private let state = Mutex(State.open([:]))

    /// The outcome is there; only the first time counts.
    func complete(_ result: Result<Void, ClientError>) {
        let waiting = self.state.withLock { state -> [Outcome<Void>] in
            guard case .open(let waiting) = state else { return [] }
            state = .done(result)
            return Array(waiting.values)
        }
        for outcome in waiting { outcome.complete(result) }
    }

    /// Waits for the outcome.
    ///
    /// - Throws: The failure; `CancellationError` when the task is cancelled first.
    func value() async throws {
        let token = ListenerToken()
        let outcome = Outcome<Void>()
        let result = self.state.withLock { state -> Result<Void, ClientError>? in
            switch state {
            case .done(let result):
                return result
            case .open(var waiting):
                waiting[token] = outcome
                state = .open(waiting)
                return nil
            }
        }
        if let result { return try result.get() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { outcome.wait($0) }
        } onCancel: {
            outcome.cancel()
            self.state.withLock { state in
                guard case .open(var waiting) = state else { return }
                waiting[token] = nil
                state = .open(waiting)
            }
        }
    }
}

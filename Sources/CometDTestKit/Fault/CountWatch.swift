import Synchronization

/// Counts something that happens, and wakes those who wait until it has happened often enough.
final class CountWatch: Sendable {
    private struct State {
        var count = 0
        var nextID = 0
        var waiters: [Int: (count: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
    }

    private let state = Mutex(State())

    /// How often it has happened.
    var count: Int { self.state.withLock { $0.count } }

    /// It happened once more.
    func increment() {
        let woken = self.state.withLock { state in
            state.count += 1
            let reached = state.waiters.filter { $0.value.count <= state.count }
            for id in reached.keys { state.waiters[id] = nil }
            return reached.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Waits until it has happened that often, or the task is cancelled.
    func wait(for count: Int) async {
        let id = self.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A task is marked as cancelled before its handler runs: either it is seen here, or the handler finds
                // the waiter.
                let isDone = self.state.withLock { state in
                    guard state.count < count, !Task.isCancelled else { return true }
                    state.waiters[id] = (count, continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }
}

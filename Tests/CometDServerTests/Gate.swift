import Synchronization

/// Lets those who wait go on when the test says so, on the test's thread.
final class Gate: Sendable {
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

    /// Waits until the gate is opened the next time.
    func wait() async {
        await withCheckedContinuation { waiter in self.waiting.withLock { $0.append(waiter) } }
    }

    /// Lets all go on who wait; the server must settle before they do.
    func open() {
        let waiters = self.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for waiter in waiters { waiter.resume() }
    }
}

import Bayeux
import Synchronization

/// What may be known of a client from any thread, and who is told of its changes.
final class ClientStatus: Sendable {
    /// What a client is like at one time.
    struct Snapshot: Sendable {
        var state = BayeuxClient.State.disconnected
        var clientID: String?
        var connectionType: ConnectionType?
        var advice = Advice()
        var serverTypes: [ConnectionType]?
    }

    private struct Watchers<Element: Sendable> {
        private var continuations: [ListenerToken: AsyncStream<Element>.Continuation] = [:]

        mutating func add(_ continuation: AsyncStream<Element>.Continuation) -> ListenerToken {
            let token = ListenerToken()
            self.continuations[token] = continuation
            return token
        }

        mutating func remove(_ token: ListenerToken) { self.continuations[token] = nil }

        func yield(_ element: Element) {
            for continuation in self.continuations.values { continuation.yield(element) }
        }

        var all: [AsyncStream<Element>.Continuation] { Array(self.continuations.values) }
    }

    private struct Contents {
        var snapshot = Snapshot()
        var states = Watchers<BayeuxClient.State>()
        var failures = Watchers<ClientFailure>()
    }

    /// How many changes may wait for one who watches; older ones are dropped.
    private static let mostWaiting = 256

    private let contents = Mutex(Contents())

    /// What the client is like.
    var snapshot: Snapshot { self.contents.withLock(\.snapshot) }

    /// The client has changed.
    func update(_ change: (inout Snapshot) -> Void) {
        self.contents.withLock { contents in
            let before = contents.snapshot.state
            change(&contents.snapshot)
            if contents.snapshot.state != before { contents.states.yield(contents.snapshot.state) }
        }
    }

    /// Something has failed.
    func report(_ failure: ClientFailure) {
        self.contents.withLock { $0.failures.yield(failure) }
    }

    /// The state, and its changes from now on.
    func states() -> AsyncStream<BayeuxClient.State> {
        let (stream, continuation) = AsyncStream<BayeuxClient.State>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.mostWaiting)
        )
        let token = self.contents.withLock { contents in
            continuation.yield(contents.snapshot.state)
            return contents.states.add(continuation)
        }
        continuation.onTermination = { [weak self] _ in self?.contents.withLock { $0.states.remove(token) } }
        return stream
    }

    /// What fails from now on.
    func failures() -> AsyncStream<ClientFailure> {
        let (stream, continuation) = AsyncStream<ClientFailure>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.mostWaiting)
        )
        let token = self.contents.withLock { $0.failures.add(continuation) }
        continuation.onTermination = { [weak self] _ in self?.contents.withLock { $0.failures.remove(token) } }
        return stream
    }

    /// The client is gone: nothing changes any more.
    func finish() {
        // Outside of the lock: the end of a stream removes its watcher.
        let (states, failures) = self.contents.withLock { ($0.states.all, $0.failures.all) }
        for continuation in states { continuation.finish() }
        for continuation in failures { continuation.finish() }
    }
}

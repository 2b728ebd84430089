import Bayeux
import Synchronization

/// The event streams that somebody takes, so that they end with the server.
final class OpenStreams: Sendable {
    private let ends = Mutex<[ListenerToken: @Sendable () -> Void]>([:])

    /// Takes a stream in until its iteration ends, or the server's end ends it.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - body: What is done when nobody takes its elements any more.
    func add<Element: Sendable>(_ stream: EventStream<Element>, onTermination body: @escaping @Sendable () -> Void) {
        let token = ListenerToken()
        let feed = stream.feed
        self.ends.withLock { $0[token] = { feed.finish() } }
        stream.onTermination { [weak self] in
            _ = self?.ends.withLock { $0.removeValue(forKey: token) }
            body()
        }
    }

    /// Ends all streams; what waits in them is still taken.
    func finish() {
        let ends = self.ends.withLock { ends in
            defer { ends = [:] }
            return ends
        }
        for end in ends.values { end() }
    }
}

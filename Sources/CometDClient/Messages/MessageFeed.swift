import Bayeux
import Synchronization

/// The connection between a subscription on the event loop and the sequence that the application reads.
final class MessageFeed: Sendable {
    private let continuation: AsyncThrowingStream<BayeuxMessage, any Error>.Continuation
    private let buffering: MessageBuffering
    private let subscribedOutcome = OnceForAll()
    let stream: AsyncThrowingStream<BayeuxMessage, any Error>
    let token = ListenerToken()
    private let isEnded = Atomic<Bool>(false)

    init(_ buffering: MessageBuffering) {
        self.buffering = buffering
        let policy: AsyncThrowingStream<BayeuxMessage, any Error>.Continuation.BufferingPolicy =
            switch buffering.whenFull {
            case .fail, .dropNewest: .bufferingOldest(buffering.limit)
            case .dropOldest: .bufferingNewest(buffering.limit)
            }
        (self.stream, self.continuation) = AsyncThrowingStream.makeStream(bufferingPolicy: policy)
    }

    /// A message has come.
    ///
    /// - Returns: Whether more are wanted.
    func receive(_ message: BayeuxMessage) -> Bool {
        guard case .dropped = self.continuation.yield(message), self.buffering.whenFull == .fail else { return true }
        return false
    }

    /// The server has accepted the subscription, or not; only the first time counts.
    func subscribed(_ result: Result<Void, ClientError>) { self.subscribedOutcome.complete(result) }

    /// No more messages will come.
    func end(_ error: ClientError?) {
        if let error {
            self.continuation.finish(throwing: error)
        } else {
            self.continuation.finish()
        }
    }

    /// Waits until the server has accepted the subscription.
    func waitUntilSubscribed() async throws { try await self.subscribedOutcome.value() }

    /// What is done when nobody reads the sequence any more.
    func onTermination(_ body: @escaping @Sendable () -> Void) {
        self.continuation.onTermination = { [weak self] _ in
            self?.isEnded.store(true, ordering: .relaxed)
            body()
        }
    }

    /// Whether messages are still wanted.
    var isOpen: Bool { !self.isEnded.load(ordering: .relaxed) }
}

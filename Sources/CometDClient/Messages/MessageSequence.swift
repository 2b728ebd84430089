public import Bayeux

/// The messages of a channel, as a sequence for one task; see ``BayeuxClient/messages(on:buffering:)``.
///
/// Ending the iteration, cancelling its task, or releasing the sequence unsubscribes. It ends by itself when the client
/// is disconnected, and throws when the server refuses the subscription or ends the session for good.
public struct MessageSequence: AsyncSequence, Sendable {
    /// Ends the subscription when nobody holds the sequence any more; keeps the client alive until then.
    private final class Holder: Sendable {
        let feed: MessageFeed
        let client: BayeuxClient

        init(_ feed: MessageFeed, _ client: BayeuxClient) {
            self.feed = feed
            self.client = client
        }

        deinit { self.feed.end(nil) }
    }

    private let holder: Holder
    private let pattern: ChannelPattern?

    init(_ feed: MessageFeed, of client: BayeuxClient, matching pattern: ChannelPattern?) {
        self.holder = Holder(feed, client)
        self.pattern = pattern
    }

    /// Waits until the server has accepted the subscription: what is published from then on will come.
    ///
    /// - Throws: ``ClientError`` when it is refused; `CancellationError`.
    public func waitUntilSubscribed() async throws { try await self.holder.feed.waitUntilSubscribed() }

    /// The values of the variables of the sequence's template, in a message of the sequence.
    func parameters(of message: BayeuxMessage) -> [String: String] {
        self.pattern?.bind(message.channel ?? "") ?? [:]
    }

    /// Where the client logs.
    var client: BayeuxClient { self.holder.client }

    /// Takes the messages one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private var iterator: AsyncThrowingStream<BayeuxMessage, any Error>.Iterator
        private let holder: Holder

        fileprivate init(_ sequence: MessageSequence) {
            self.iterator = sequence.holder.feed.stream.makeAsyncIterator()
            self.holder = sequence.holder
        }

        /// The next message; `nil` at the end, and when the task is cancelled.
        ///
        /// - Throws: ``ClientError``.
        public mutating func next() async throws -> BayeuxMessage? {
            try await self.iterator.next(isolation: #isolation)
        }
    }

    /// Begins to take messages.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }
}

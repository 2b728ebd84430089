public import Bayeux

/// What is done with a message when as many wait for its session as may.
///
/// - SeeAlso: `queuePolicy` in docs/options.md; our own, CometD only calls listeners.
public enum QueuePolicy: String, CaseIterable, Hashable, Sendable {
    /// The messages that have waited longest are dropped to make room.
    case dropOldest
    /// The message that has just come is dropped.
    case dropNewest
    /// The session ends: its client must handshake again, and knows that it has missed something.
    case disconnect
}

/// A session has more waiting for it than `maxQueue` or `maxQueueBytes` allow; a listener may decide what is done.
public struct QueueOverflow: Sendable {
    /// The message that has just come.
    public let message: BayeuxMessage
    /// Who published or delivered it; `nil` for the server itself.
    public let sender: ServerSession?
    /// How many messages wait with it.
    public let count: Int
    /// How many bytes of JSON they are.
    public let byteCount: Int

    /// What is done.
    public enum Decision: Hashable, Sendable {
        /// Keep the message all the same.
        ///
        /// Not for ever: a session with four times `maxQueueBytes` waiting is ended.
        case keep
        /// Drop this message.
        case dropNewest
        /// Drop those that have waited longest, until the limits are kept.
        case dropOldest
        /// End the session.
        case disconnect
    }
}

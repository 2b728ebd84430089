public import Bayeux

/// Has clients acknowledge what they are sent, so that messages survive a lost connection.
///
/// A client asks for it in its handshake (`ext.ack: true`). From then on messages reach it with the replies to its
/// connects only, each reply counts up `ext.ack`, each connect acknowledges what it has; what is not acknowledged waits
/// in the queue again, where its limits count, and is sent again, in order, before what came later. Only from the
/// server to the client: what clients publish is not acknowledged by it.
///
/// A client that connects again and again without acknowledging is no reason to keep messages for ever: its session ends
/// (`queueOverflow`) when more than `maxQueue` or `maxQueueBytes` have been sent to it and its next connect acknowledges
/// none of it.
///
/// It sees no messages itself: the engine does the work, for the sessions that asked.
///
/// - SeeAlso: CometD 3.1 reference book, "Message acknowledgement extension"; REQUIREMENTS N1.
public struct AcknowledgedMessagesExtension: BayeuxExtension {
    let batchSent: (@Sendable (ServerSession, [BayeuxMessage], Int) -> Void)?
    let batchAcknowledged: (@Sendable (ServerSession, Int) -> Void)?

    /// Makes the extension.
    ///
    /// - Parameters:
    ///   - batchSent: Called on the session's event loop when messages leave, with the number of their batch. Default:
    ///     nobody is told, which spares reading the messages again.
    ///   - batchAcknowledged: Called on the session's event loop when a client has acknowledged a batch, and with it all
    ///     before; once for each number.
    public init(
        batchSent: (@Sendable (ServerSession, [BayeuxMessage], Int) -> Void)? = nil,
        batchAcknowledged: (@Sendable (ServerSession, Int) -> Void)? = nil
    ) {
        self.batchSent = batchSent
        self.batchAcknowledged = batchAcknowledged
    }

    /// None: the engine itself acknowledges.
    public var scope: ExtensionScope { [] }
}

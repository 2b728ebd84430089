public import Bayeux

/// Where a reply comes from, for the extensions that see it.
final class ReplyOrigin: Sendable {
    /// The request that it answers.
    let request: BayeuxMessage

    init(_ request: BayeuxMessage) { self.request = request }
}

extension BayeuxMessage {
    /// What is known of the HTTP request that brought the message, or that opened its WebSocket.
    ///
    /// Of a reply it is its request's. `nil` for messages that were made on the server, and for the reply to a connect
    /// that was held.
    ///
    /// - SeeAlso: CometD 5 `ServerMessage.getBayeuxContext`; REQUIREMENTS B1.
    public var context: (any BayeuxContext)? { self.batch?.context }

    /// How the message came; `nil` for messages that were made on the server.
    public var connectionType: ConnectionType? { self.batch?.connectionType }

    /// The message that this one replies to, as it was processed; `nil` for messages that are no replies.
    public var request: BayeuxMessage? { (self.origin as? ReplyOrigin)?.request }

    private var batch: InboundBatch? {
        self.origin as? InboundBatch ?? self.request?.origin as? InboundBatch
    }
}

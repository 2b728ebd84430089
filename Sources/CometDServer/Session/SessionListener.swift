/// Functions that are told when sessions begin and end.
public struct SessionListener: Sendable {
    /// Why a session ended.
    public enum RemovalReason: Hashable, Sendable {
        /// The client disconnected, or the application disconnected it.
        case disconnected
        /// The client did not come back within `maxInterval`.
        case expired
        /// More messages waited than `maxQueue` or `maxQueueBytes` allow.
        case queueOverflow
        /// The application took longer than `maxProcessing` over one of its messages.
        case processingTimeout
        /// The server is shutting down.
        case shutdown
    }

    /// Called on the session's event loop when a handshake has succeeded, before its reply is sent.
    ///
    /// Must not block.
    public var added: @Sendable (ServerSession) -> Void
    /// Called on the session's event loop when the session has ended.
    ///
    /// Must not block.
    public var removed: @Sendable (ServerSession, RemovalReason) -> Void

    /// Makes a listener; what is left out does nothing.
    public init(
        added: @escaping @Sendable (ServerSession) -> Void = { _ in },
        removed: @escaping @Sendable (ServerSession, RemovalReason) -> Void = { _, _ in }
    ) {
        self.added = added
        self.removed = removed
    }
}

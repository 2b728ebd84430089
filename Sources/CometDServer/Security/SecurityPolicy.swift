public import Bayeux

/// Decides what clients may do.
///
/// A policy may be asynchronous: while it waits, later messages of the same client wait too, and nobody else's. One
/// that answers without suspending costs no hop. A policy that throws has refused.
///
/// - SeeAlso: CometD 3.1 reference book, "Security policy"; REQUIREMENTS X1, X2.
public protocol SecurityPolicy: Sendable {
    /// Whether a session may begin.
    ///
    /// - Parameters:
    ///   - session: The session that will begin; nobody else knows it yet.
    ///   - message: The handshake, with the client's credentials in its `ext`.
    /// - Returns: Whether it may; a refusal is answered with `403::Handshake denied` and the advice not to retry.
    /// - Throws: Anything; it counts as a refusal.
    func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool

    /// Whether a session may begin, and what its client is told beside that.
    ///
    /// Asked instead of ``canHandshake(_:message:)``, which the default asks in turn.
    ///
    /// - Parameters:
    ///   - message: The handshake, with the client's credentials in its `ext`.
    ///   - session: The session that will begin; nobody else knows it yet.
    /// - Returns: The answer.
    /// - Throws: Anything; it counts as a refusal.
    func answer(to message: BayeuxMessage, from session: ServerSession) async throws -> HandshakeAnswer

    /// What the policy knows without waiting, which spares a task: called on the session's event loop for everything
    /// but handshakes.
    ///
    /// Default `nil`: the asynchronous members are asked.
    ///
    /// - Parameter request: What a client wants to do.
    /// - Returns: Whether it may; `nil` when that takes waiting.
    func decision(on request: Authorizer.Request) -> Bool?

    /// Whether a channel that does not exist may be created by subscribing or publishing to it.
    func canCreate(_ channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool

    /// Whether a session may subscribe to a channel.
    func canSubscribe(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool

    /// Whether a session may publish to a channel.
    func canPublish(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool
}

/// CometD's default: handshakes are welcome, and everything but the `/meta/` channels is open to every session.
///
/// A server without a policy of its own behaves like this without asking. Conform to refine it: the members that
/// you leave out are these. Local sessions are not asked about by these defaults: they may do everything.
extension SecurityPolicy {
    /// Allows every handshake.
    public func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool { true }

    /// Asks ``canHandshake(_:message:)``.
    public func answer(to message: BayeuxMessage, from session: ServerSession) async throws -> HandshakeAnswer {
        try await self.canHandshake(session, message: message) ? .welcome() : .refused()
    }

    /// Knows nothing without waiting.
    public func decision(on request: Authorizer.Request) -> Bool? { nil }

    /// Allows all channels but meta channels.
    public func canCreate(
        _ channel: ChannelID,
        session: ServerSession,
        message: BayeuxMessage
    ) async throws -> Bool { session.isLocal || channel.kind != .meta }

    /// Allows all channels but meta channels.
    public func canSubscribe(
        to channel: ChannelID,
        session: ServerSession,
        message: BayeuxMessage
    ) async throws -> Bool { session.isLocal || channel.kind != .meta }

    /// Allows all channels but meta channels.
    public func canPublish(
        to channel: ChannelID,
        session: ServerSession,
        message: BayeuxMessage
    ) async throws -> Bool { channel.kind != .meta }
}

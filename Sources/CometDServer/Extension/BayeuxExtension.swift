public import Bayeux

/// Sees, changes or drops messages on their way in and out.
///
/// These are all that clients send, the replies that are sent at once, and broadcasts. The reply to a connect that was
/// held and what is delivered to one session only do not pass extensions.
///
/// Incoming messages pass the extensions in the order of their registration, outgoing ones in the reverse order. An
/// extension that throws is logged and has no say about the message.
///
/// - SeeAlso: CometD 3.1 reference book, "Extensions"; REQUIREMENTS N0, S3-S5.
public protocol BayeuxExtension: Sendable {
    /// A message has come from a client.
    ///
    /// - Parameters:
    ///   - message: The message, before it is processed; it may be changed.
    ///   - session: The sender; `nil` for a handshake and for a client that the server does not know.
    /// - Returns: Whether to go on; `false` answers the message with `404::message deleted`.
    /// - Throws: Anything; it is logged and the message goes on.
    func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool

    /// A message is about to leave.
    ///
    /// - Parameters:
    ///   - message: The message; it may be changed.
    ///   - session: The receiver of a reply; `nil` for a broadcast, which is encoded once for all its receivers.
    /// - Returns: Whether to send it; `false` drops it.
    /// - Throws: Anything; it is logged and the message goes on.
    func outgoing(_ message: inout BayeuxMessage, to session: ServerSession?) async throws -> Bool
}

extension BayeuxExtension {
    /// Lets every message pass.
    public func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool { true }

    /// Lets every message pass.
    public func outgoing(_ message: inout BayeuxMessage, to session: ServerSession?) async throws -> Bool { true }
}

public import Bayeux

/// Sees, changes or drops messages on their way in and out: all of a server's (``BayeuxServer/addExtension(_:)``), or
/// those of one session (``ServerSession/addExtension(_:)``).
///
/// Incoming messages pass the server's extensions in the order of their registration, then the session's; outgoing
/// ones pass them in the reverse order, the server's first. An extension that throws is logged and has no say about
/// the message. One that takes longer than `maxProcessing` over what a client sends, or the reply to it, ends the
/// client's session; over a message to one session or a publish of the server, that message is dropped; over the reply
/// to a held connect, the reply leaves without it.
///
/// ```swift
/// struct Stamp: BayeuxExtension {
///     func outgoing(
///         _ message: inout BayeuxMessage, to session: ServerSession?, from sender: ServerSession?
///     ) async throws -> Bool {
///         message["server"] = "mine"
///         return true
///     }
/// }
/// server.addExtension(Stamp())
/// ```
///
/// - SeeAlso: CometD 3.1 reference book, "Extensions"; REQUIREMENTS N0, S3-S6.
public protocol BayeuxExtension: Sendable {
    /// Which messages the extension wants to see.
    ///
    /// Default ``ExtensionScope/all``. What it does not want costs nothing.
    var scope: ExtensionScope { get }

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
    ///   - message: The message; it may be changed. A reply has ``/Bayeux/BayeuxMessage/isSuccessful``, and knows its
    ///     ``Bayeux/BayeuxMessage/request``.
    ///   - session: The receiver; `nil` for a broadcast, which passes the server's extensions once for all its
    ///     receivers, then the sessions' own ones.
    ///   - sender: The session that published or delivered it; `nil` for replies and for the server itself.
    /// - Returns: Whether to send it; `false` drops it.
    /// - Throws: Anything; it is logged and the message goes on.
    func outgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        from sender: ServerSession?
    ) async throws -> Bool
}

extension BayeuxExtension {
    /// All messages.
    public var scope: ExtensionScope { .all }

    /// Lets every message pass.
    public func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool { true }

    /// Lets every message pass.
    public func outgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        from sender: ServerSession?
    ) async throws -> Bool { true }
}

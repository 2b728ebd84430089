public import Bayeux

/// Sees all messages of a client on their way, and may change or delete them.
///
/// Called on the client's event loop, one message after the other: it must not block. A type for one client each, when
/// it remembers something.
///
/// - SeeAlso: CometD 3.1 reference book, "Extensions"; REQUIREMENTS N0.
public protocol ClientExtension: Sendable {
    /// A message is about to leave.
    ///
    /// - Parameter message: The message, with its `id`; it may be changed.
    /// - Returns: Whether to send it; `false` deletes it, and its sender is told ``ClientError/Code/deleted``.
    /// - Throws: Anything; it is logged and the message goes on.
    func outgoing(_ message: inout BayeuxMessage) throws -> Bool

    /// A message has come.
    ///
    /// - Parameter message: A reply, which has ``/Bayeux/BayeuxMessage/isSuccessful``, or a delivery; it may be changed.
    /// - Returns: Whether to go on; `false` hides a delivery from the application. A reply is always taken in.
    /// - Throws: Anything; it is logged and the message goes on.
    func incoming(_ message: inout BayeuxMessage) throws -> Bool
}

extension ClientExtension {
    /// Lets every message pass.
    public func outgoing(_ message: inout BayeuxMessage) throws -> Bool { true }

    /// Lets every message pass.
    public func incoming(_ message: inout BayeuxMessage) throws -> Bool { true }
}

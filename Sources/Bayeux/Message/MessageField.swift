/// The fields of a message that the protocol gives a meaning.
///
/// - SeeAlso: Bayeux specification, "Message fields".
public enum MessageField: String, CaseIterable, Hashable, Sendable {
    /// The channel that the message is for, such as `/meta/connect` or `/chat/room1`.
    case channel
    /// The session that sends the message. Never part of a delivered message.
    case clientID = "clientId"
    /// The sender's name for the message; the reply carries the same one.
    case id
    /// The application's payload, any JSON value.
    case data
    /// What extensions exchange, an object with one member for each extension.
    case ext
    /// What the receiver must do next, such as reconnecting.
    case advice
    /// The channel or channels that are subscribed to or unsubscribed from.
    case subscription
    /// The transport that a connect uses.
    case connectionType
    /// The protocol version of a handshake.
    case version
    /// The oldest protocol version that the sender of a handshake accepts.
    case minimumVersion
    /// The transports that the sender of a handshake can use.
    case supportedConnectionTypes
    /// Whether a request was successful; only in replies.
    case successful
    /// Why a request was not successful, as `code:arguments:text`; only in replies.
    case error
    /// When the message was sent; only informative.
    case timestamp
}

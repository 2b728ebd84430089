public import Bayeux

/// A message whose payload has been decoded.
public struct ReceivedMessage<Value: Sendable>: Sendable {
    /// The payload.
    public let value: Value
    /// The values of the template's variables, by their names; empty for channels and patterns.
    public let parameters: [String: String]
    /// The message as it came.
    public let message: BayeuxMessage

    /// The channel that the message was published to.
    public var channel: String { self.message.channel ?? "" }
}

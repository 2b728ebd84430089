public import Bayeux

/// Messages that leave together; see ``BayeuxClient/batch(_:)``.
public struct ClientBatch {
    private(set) var messages: [BayeuxMessage] = []

    /// Adds a message with a payload.
    ///
    /// - Parameters:
    ///   - data: The payload, any JSON.
    ///   - channel: The channel, no pattern.
    /// - Throws: ``ClientError/Code/channelInvalid``.
    public mutating func publish(_ data: JSONBytes?, to channel: String) throws {
        try self.publish(BayeuxMessage(channel: channel, data: data))
    }

    /// Adds a message with a value as its payload.
    ///
    /// - Parameters:
    ///   - value: The payload.
    ///   - channel: The channel, no pattern.
    /// - Throws: ``ClientError/Code/channelInvalid``; `EncodingError`, or what the value's own `encode(to:)` throws.
    @_disfavoredOverload
    public mutating func publish(_ value: some Encodable, to channel: String) throws {
        try self.publish(try BayeuxMessage(channel: channel, encoding: value))
    }

    /// Adds a message of one's own making.
    ///
    /// - Parameter message: The message; its `id` and `clientId` are the client's business.
    /// - Throws: ``ClientError/Code/channelInvalid``.
    public mutating func publish(_ message: BayeuxMessage) throws {
        self.messages.append(try BayeuxClient.checked(message))
    }
}

/// What ``BayeuxServer/createChannelIfAbsent(_:_:)`` found or made.
public struct CreatedChannel: Sendable {
    /// The channel.
    public let channel: ServerChannel
    /// Whether it was made by this call.
    public let isNew: Bool
}

/// Which messages an extension wants to see.
public struct ExtensionScope: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes a scope of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// What clients send to the `/meta/` channels.
    public static let incomingMeta = ExtensionScope(rawValue: 1)
    /// Everything else that clients send.
    public static let incoming = ExtensionScope(rawValue: 2)
    /// The replies to messages on `/meta/` channels.
    public static let outgoingMeta = ExtensionScope(rawValue: 4)
    /// Everything else that leaves: broadcasts, deliveries, replies to what clients publish.
    public static let outgoing = ExtensionScope(rawValue: 8)
    /// Of all these only the messages that have an `ext`, and the replies to them.
    public static let onlyWithExt = ExtensionScope(rawValue: 16)
    /// Every message.
    public static let all: ExtensionScope = [.incomingMeta, .incoming, .outgoingMeta, .outgoing]
}

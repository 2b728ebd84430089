/// The channels that a service or a subscriber is called for: one channel, a pattern of them or a template.
///
/// Servers know channels and patterns only, so a template such as `/news/{category}` stands for the
/// narrowest pattern that covers it, `/news/*`, and takes what fits.
package struct ChannelPattern: Sendable {
    /// What was asked for.
    package let id: ChannelID
    /// The channel or the pattern to listen or subscribe to.
    package let listened: String

    /// Reads a channel, a pattern or a template.
    ///
    /// - Parameter name: Such as `/chat/room1`, `/chat/**` or `/news/{category}`.
    /// - Throws: ``BayeuxError`` with `channelInvalid` when it is none of them.
    package init(_ name: String) throws(BayeuxError) {
        self.id = try ChannelID(name)
        self.listened = self.id.isTemplate ? Self.covering(self.id) : self.id.name
    }

    /// The values of the template's variables.
    ///
    /// - Parameter channel: The channel of a message that was listened to.
    /// - Returns: The values by their names; empty when this is no template, `nil` when the channel does not fit it.
    package func bind(_ channel: String) -> [String: String]? {
        guard self.id.isTemplate else { return [:] }
        // A template of broadcast channels has nothing to do with those of the protocol.
        guard let other = try? ChannelID(channel), other.kind == self.id.kind else { return nil }
        return self.id.bind(other)
    }

    /// The name with its variables made alike: two patterns of one shape are called for the same channels.
    package var shape: String {
        self.id.segments.reduce(into: "") { $0 += "/" + ($1.hasPrefix("{") ? "{}" : $1) }
    }

    private static func covering(_ template: ChannelID) -> String {
        let segments = template.segments
        let fixed = segments.prefix { !$0.hasPrefix("{") }
        let pattern = fixed.count == segments.count - 1 ? "*" : "**"
        return (fixed.map(String.init) + [pattern]).reduce(into: "") { $0 += "/" + $1 }
    }
}

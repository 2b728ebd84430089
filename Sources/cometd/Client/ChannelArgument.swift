import ArgumentParser
import Bayeux

/// A channel from a command line.
struct ChannelArgument: Hashable, Sendable {
    /// What the channel is for.
    enum Use {
        /// Its messages are wanted; patterns and templates are allowed.
        case subscribing
        /// A message is published to it.
        case publishing
    }

    /// The channel itself.
    let id: ChannelID

    /// Reads a channel.
    ///
    /// - Parameters:
    ///   - name: Such as `/chat/tea`, or `/chat/**`.
    ///   - use: What it is for.
    /// - Throws: `ValidationError` when there is no such channel, or it cannot be used so.
    init(_ name: String, for use: Use) throws {
        guard let id = try? ChannelID(name) else {
            throw ValidationError("a channel begins with a slash and has no empty parts, such as /chat/tea")
        }
        switch use {
        case .publishing:
            guard !id.isWild, !id.isTemplate else { throw ValidationError("a pattern cannot be published to") }
            guard id.kind != .meta else { throw ValidationError("channels below /meta are the protocol's own") }
        case .subscribing:
            break
        }
        self.id = id
    }
}

public import Bayeux

/// Changes or refuses the payloads that clients publish, before anybody else sees them.
///
/// ``ServerChannel/Listener/filtering(with:)`` makes a listener of filters; add it before other listeners of the channel. Conform
/// to ``JSONDataFilter`` to look at the parts of a payload one by one.
///
/// - SeeAlso: CometD 3.1, `DataFilter`; REQUIREMENTS X7.
public protocol DataFilter: Sendable {
    /// A payload was published.
    ///
    /// Called on the publisher's event loop: it must take a time that is proportional to the payload's size at most.
    ///
    /// - Parameters:
    ///   - data: The payload; `null` when the message has none.
    ///   - session: The publisher; `nil` when the server itself published.
    ///   - channel: The channel that it was published to.
    /// - Returns: The payload that goes on.
    /// - Throws: ``DataRefusal``, or anything: what a filter could not look at does not go on.
    func filter(_ data: JSONValue, from session: ServerSession?, channel: ChannelID) throws -> JSONValue
}

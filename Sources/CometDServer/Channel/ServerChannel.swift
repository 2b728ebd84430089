public import Bayeux
import Synchronization

/// A channel of the server.
///
/// A channel that nobody uses (no subscriber, no listener, not ``isPersistent``) is removed after three sweeps; a
/// reference to a removed channel still publishes, but its listeners are gone: ask the server for the channel again.
///
/// - SeeAlso: CometD 3.1 reference book, "Channels"; REQUIREMENTS C1-C7.
public final class ServerChannel: Sendable {
    /// Sees a message that was published to the channel, before its subscribers do.
    ///
    /// It may change the message. Returning `false` stops it: the publisher is answered with `404::message deleted`.
    /// The session is `nil` when the server itself published. A listener that throws is logged and has no say.
    public typealias MessageListener = @Sendable (ServerSession?, inout BayeuxMessage) async throws -> Bool

    /// What an application has set on the channel.
    struct Settings: Sendable {
        var isPersistent = false
        var broadcastsToPublisher: Bool?
        var listeners: [(token: Int, listener: MessageListener)] = []
        /// How many sweeps have found the channel unused.
        var unusedSweeps = 0
        /// Shards that have subscribers.
        var interestedShards = 0
    }

    /// The channel's name.
    public let id: ChannelID
    private let core: ServerCore
    let settings = Mutex(Settings())
    /// One bit for each shard that has subscribers, its number modulo 64.
    let interest = Atomic<UInt64>(0)
    /// Whether the channel has been swept; a message for it makes a new one.
    let isRemoved = Atomic<Bool>(false)

    init(_ id: ChannelID, core: ServerCore) {
        self.id = id
        self.core = core
    }

    /// Whether the channel stays when nobody uses it.
    ///
    /// Default `false`.
    public var isPersistent: Bool {
        get { self.settings.withLock { $0.isPersistent } }
        set { self.settings.withLock { $0.isPersistent = newValue } }
    }

    /// Whether a publisher that is also a subscriber gets its own message; `nil`, the default, is the server's
    /// `broadcastToPublisher`.
    public var broadcastsToPublisher: Bool? {
        get { self.settings.withLock { $0.broadcastsToPublisher } }
        set {
            self.settings.withLock { $0.broadcastsToPublisher = newValue }
            self.core.bumpVersion()
        }
    }

    /// Adds a listener for the messages that are published to this channel, or to one that its pattern matches.
    ///
    /// Listeners of patterns run first (`/a/*`, `/a/**`, `/**` for a message on `/a/b`), then those of the channel, on
    /// the publisher's event loop.
    ///
    /// - Returns: A value for ``removeListener(_:)``.
    @discardableResult
    public func addListener(_ listener: @escaping MessageListener) -> ListenerToken {
        let token = self.core.channels.nextListenerToken()
        self.settings.withLock { $0.listeners.append((token, listener)) }
        self.core.bumpVersion()
        return ListenerToken(value: token)
    }

    /// Removes a listener; a message that is being processed may still reach it.
    public func removeListener(_ token: ListenerToken) {
        self.settings.withLock { $0.listeners.removeAll { $0.token == token.value } }
        self.core.bumpVersion()
    }

    /// Publishes a message from the server to all subscribers.
    ///
    /// Security is not asked. The call returns at once; messages published from one thread or event loop keep their
    /// order. A message to a pattern is dropped, with a warning in the log.
    ///
    /// - Parameter data: The payload.
    public func publish(_ data: JSONBytes?) {
        self.core.publish(BayeuxMessage(channel: self.id.name, data: data), on: self)
    }

    /// The sessions that are subscribed to exactly this name, on all event loops; not those of matching patterns.
    public func subscribers() async -> [ServerSession] {
        var sessions: [ServerSession] = []
        for shard in self.core.shards {
            let name = self.id.name
            sessions += await shard.compute { $0.subscribers(of: name) } ?? []
        }
        return sessions
    }
}

extension ServerChannel {
    /// Names a listener, for its removal.
    public struct ListenerToken: Hashable, Sendable {
        let value: Int
    }
}

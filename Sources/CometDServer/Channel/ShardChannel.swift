import Bayeux
import NIOCore
import Synchronization

/// What one shard knows of a channel: its own subscribers, and a copy of what all shards share.
///
/// The list of subscribers mirrors the sessions' own lists of subscriptions: both are only changed together, here.
/// Confined to the shard's event loop.
final class ShardChannel {
    let channel: ServerChannel
    /// The shard's sessions that are subscribed to exactly this name, in no order.
    private(set) var subscribers: ContiguousArray<SessionState> = []
    private var route: Route?
    /// What the server publishes on the channel, on its way through listeners and extensions.
    let publications = TurnQueue<Publication>()

    init(_ channel: ServerChannel) {
        self.channel = channel
    }

    /// Adds a session to the subscribers; nothing happens when it is one already.
    func subscribe(_ session: SessionState) {
        guard session.subscriptions[ObjectIdentifier(self)] == nil else { return }
        session.subscriptions[ObjectIdentifier(self)] = SessionState.Subscription(
            channel: self,
            index: self.subscribers.count
        )
        self.subscribers.append(session)
    }

    /// Takes a session out of the subscribers; the last one moves to its place.
    func unsubscribe(_ session: SessionState) {
        guard let subscription = session.subscriptions.removeValue(forKey: ObjectIdentifier(self)),
            let last = self.subscribers.popLast(), last !== session
        else { return }
        self.subscribers[subscription.index] = last
        last.subscriptions[ObjectIdentifier(self)]?.index = subscription.index
    }
}

extension ShardChannel {
    /// Where a message on the channel goes: valid as long as ``ServerCore/version`` stays the same.
    final class Route {
        let version: UInt64
        /// The patterns that exist and match the channel, in CometD's order.
        let patterns: [ServerChannel]
        /// The listeners of the patterns, then those of the channel.
        let listeners: [ServerChannel.MessageListener]
        /// The authorizers of the patterns, then those of the channel.
        let authorizers: [Authorizer]
        /// Whether a publisher that subscribes gets its own message, when the channel decides over it.
        let broadcastsToPublisher: Bool?
        /// How long messages may wait for others; `nil` when they are not lazy.
        let lazyTimeout: TimeAmount?

        init(version: UInt64, of channel: ServerChannel, _ core: ServerCore) {
            let patterns = core.channels.channels(named: channel.id.patterns)
            let settings = (patterns + [channel]).map { channel in channel.settings.withLock { $0 } }
            self.version = version
            self.patterns = patterns
            self.listeners = settings.flatMap { settings in
                settings.listeners.all.compactMap { listener in
                    guard case .message(let body) = listener.kind else { return nil }
                    return body
                }
            }
            self.authorizers = settings.flatMap(\.authorizers.all)
            self.broadcastsToPublisher = settings.last?.broadcastsToPublisher
            self.lazyTimeout = settings.filter(\.isLazy).map { settings in
                settings.lazyTimeout.map { TimeAmount($0) } ?? OutboundMessage.longestWait
            }.min()
        }
    }

    /// The channel's route, looked up anew when anything has changed.
    func route(_ core: ServerCore) -> Route {
        let version = core.version.load(ordering: .acquiring)
        if let route = self.route, route.version == version { return route }
        let route = Route(version: version, of: self.channel, core)
        self.route = route
        return route
    }
}

import Bayeux
import DequeModule
import Logging
import NIOCore
import Synchronization

/// What one event loop owns: its sessions, its part of every channel's subscribers, its timers, what it has to send.
///
/// Nothing here is locked or `Sendable`: it is confined to the loop, and others reach it through ``Shard``.
package final class ShardState {
    let shard: Shard
    let core: ServerCore
    package let timers: TimerWheel
    private(set) var sessions: [String: SessionState] = [:]
    private var channels: [String: ShardChannel] = [:]
    let fanOuts: FanOutQueue
    /// Messages of the server that wait for listeners or extensions, which may suspend.
    var publications = Deque<Publication>()
    /// The one that is with them now.
    var publication: Publication?
    /// Whether it has just been given to them: when they do not suspend, the next one follows without recursion.
    var isStartingPublication = false
    /// What the application has installed, as it was when ``refreshHooks()`` was called last.
    private(set) var hooks = Hooks()
    private var hooksVersion: UInt64 = 0
    private var sweeper: TimerWheel.Timer?

    init(_ shard: Shard, core: ServerCore) {
        self.shard = shard
        self.core = core
        self.timers = TimerWheel(on: shard.eventLoop)
        self.fanOuts = FanOutQueue(shard, of: core.shards)
        guard shard.index == 0 else { return }
        let sweeper = TimerWheel.Timer { [unowned self] _ in self.sweepChannels() }
        self.sweeper = sweeper
        self.timers.set(sweeper, in: TimeAmount(core.options.sweepPeriod))
    }

    var eventLoop: any EventLoop { self.shard.eventLoop }

    /// Looks again at what the application has installed, if it has changed.
    func refreshHooks() {
        let version = self.core.version.load(ordering: .acquiring)
        guard version != self.hooksVersion else { return }
        self.hooks = self.core.currentHooks
        self.hooksVersion = version
    }

    /// A session that lives here; `nil` when it has ended.
    func session(_ id: String) -> SessionState? { self.sessions[id] }
}

// MARK: - Sessions

extension ShardState {
    /// A handshake has succeeded: the session is known from now on.
    func add(_ session: SessionState) {
        self.sessions[session.id] = session
        session.begin()
        self.refreshHooks()
        for listener in self.hooks.sessionListeners { listener.added(session.handle) }
    }

    /// A session has ended: it leaves all channels, and its held connect is answered.
    func remove(_ session: SessionState, reason: SessionListener.RemovalReason) {
        guard self.sessions.removeValue(forKey: session.id) != nil else { return }
        self.core.sessionCount.subtract(1, ordering: .relaxed)
        for subscription in session.subscriptions.values { self.leave(subscription.channel, session) }
        session.end(reason)
        self.core.logger.debug("session ended", metadata: ["session": "\(session.handle)", "reason": "\(reason)"])
        self.refreshHooks()
        for listener in self.hooks.sessionListeners { listener.removed(session.handle, reason) }
    }

    /// Lets go of all sessions, without a word to their clients: the server is being released.
    func clear() {
        for session in self.sessions.values {
            session.discard()
            session.subscriptions = [:]
        }
        self.fanOuts.clear()
        self.sessions = [:]
        self.channels = [:]
        if let sweeper = self.sweeper.take() { self.timers.cancel(sweeper) }
    }

    /// Answers every held connect, sends what waits and ends all sessions.
    func drain() {
        for session in self.sessions.values { session.drain() }
        for session in self.sessions.values { self.remove(session, reason: .shutdown) }
    }
}

// MARK: - Channels

extension ShardState {
    /// The shard's part of an existing channel; `nil` when the channel does not exist.
    ///
    /// - Parameter name: A name of legal characters; one that breaks other rules finds nothing.
    /// - Returns: The shard's part of the channel.
    func channel(named name: String) -> ShardChannel? {
        if let known = self.channels[name] {
            if !known.channel.isRemoved.load(ordering: .acquiring) { return known }
            self.channels[name] = nil
        }
        guard let channel = self.core.channels.channel(named: name) else { return nil }
        return self.adopt(channel)
    }

    /// The shard's part of a channel, which is made when it does not exist; `nil` when there are too many channels.
    func findOrCreateChannel(_ id: ChannelID) -> ShardChannel? {
        if let known = self.channel(named: id.name) { return known }
        return self.core.channels.findOrCreate(id, core: self.core).map(self.adopt)
    }

    private func adopt(_ channel: ServerChannel) -> ShardChannel {
        let known = ShardChannel(channel)
        self.channels[channel.id.name] = known
        return known
    }

    /// Subscribes a session; the channel is looked up anew when it has been swept in between.
    ///
    /// - Returns: `false` when there are too many channels.
    func join(_ id: ChannelID, _ session: SessionState) -> Bool {
        while let channel = self.findOrCreateChannel(id) {
            guard channel.subscribers.isEmpty else {
                channel.subscribe(session)
                return true
            }
            if self.core.channels.shardSubscribed(self.shard.index, to: channel.channel) {
                channel.subscribe(session)
                return true
            }
            self.channels[id.name] = nil
        }
        return false
    }

    /// Unsubscribes a session; nothing happens when it is not subscribed.
    func leave(_ channel: ShardChannel, _ session: SessionState) {
        guard session.subscriptions[ObjectIdentifier(channel)] != nil else { return }
        channel.unsubscribe(session)
        guard channel.subscribers.isEmpty else { return }
        self.core.channels.shardUnsubscribed(self.shard.index, from: channel.channel)
    }

    func subscribers(of name: String) -> [ServerSession] {
        self.channels[name]?.subscribers.map(\.handle) ?? []
    }

    /// The shard's subscribers of a channel that exists elsewhere; empty when it has none.
    func subscriberList(of channel: ServerChannel) -> ContiguousArray<SessionState> {
        guard let known = self.channels[channel.id.name], known.channel === channel else { return [] }
        return known.subscribers
    }

    /// Lets go of channels that have been removed, unless new ones have taken their names.
    private func forget(_ removed: [ServerChannel]) {
        for channel in removed where self.channels[channel.id.name]?.channel === channel {
            self.channels[channel.id.name] = nil
        }
    }

    private func sweepChannels() {
        // One shard looks for unused channels, and tells all to forget those that have gone.
        let removed = self.core.channels.sweep(core: self.core)
        if !removed.isEmpty {
            for shard in self.core.shards { shard.perform { $0.forget(removed) } }
        }
        if let sweeper = self.sweeper { self.timers.set(sweeper, in: TimeAmount(self.core.options.sweepPeriod)) }
    }
}

import Bayeux
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
    // Unchecked: each message looks something up in them, and no two of the short accesses overlap.
    @exclusivity(unchecked) private(set) var sessions: [String: SessionState] = [:]
    @exclusivity(unchecked) private var channels: [String: ShardChannel] = [:]
    let fanOuts: FanOutQueue
    /// What the application has installed, as it was when ``refreshHooks()`` was called last.
    private(set) var hooks = Hooks.Prepared()
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
        self.hooks = Hooks.Prepared(self.core.currentHooks)
        self.hooksVersion = version
    }

    /// A session that lives here; `nil` when it has ended.
    func session(_ id: String) -> SessionState? { self.sessions[id] }
}

// MARK: - Sessions

extension ShardState {
    /// A handshake has succeeded: the session is known from now on.
    func add(_ session: SessionState, handshake: BayeuxMessage) {
        self.sessions[session.id] = session
        session.begin()
        self.refreshHooks()
        for added in self.hooks.sessionAdded { added(session.handle, handshake) }
    }

    /// A session has ended: it leaves all channels, and its held connect is answered.
    ///
    /// - Parameters:
    ///   - session: The session; nothing happens when it has ended before.
    ///   - reason: Why it ends.
    ///   - message: The client's disconnect, if that ends it.
    func remove(_ session: SessionState, reason: ServerSession.RemovalReason, message: BayeuxMessage? = nil) {
        guard self.sessions.removeValue(forKey: session.id) != nil else { return }
        self.core.sessionCount.subtract(1, ordering: .relaxed)
        self.refreshHooks()
        for subscription in session.subscriptions.values { self.leave(subscription.channel, session, message: nil) }
        session.end(reason)
        self.core.logger.debug("session ended", metadata: ["session": "\(session.handle)", "reason": "\(reason)"])
        session.settings?.forEachListener { if case .removed(let body) = $0 { body(session.handle, reason) } }
        for removed in self.hooks.sessionRemoved { removed(session.handle, message, reason) }
    }

    /// Lets go of all sessions, without a word to their clients: the server is being released.
    func clear() {
        for session in self.sessions.values {
            // Whoever waits for something in this process must not wait for ever.
            if session.isLocal { session.link?.close(code: 1000, reason: "") }
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
            // The application has removed it, and this comes before the removal does: who subscribed must be told.
            self.dissolve(known.channel)
        }
        guard let channel = self.core.channels.channel(named: name) else { return nil }
        return self.adopt(channel)
    }

    /// The shard's part of a channel, which is made when it does not exist; `nil` when there are too many channels.
    func findOrCreateChannel(_ id: ChannelID) -> ShardChannel? {
        if let known = self.channel(named: id.name) { return known }
        return self.core.channels.findOrCreate(id, core: self.core).map { self.adopt($0.channel) }
    }

    private func adopt(_ channel: ServerChannel) -> ShardChannel {
        let known = ShardChannel(channel)
        self.channels[channel.id.name] = known
        return known
    }

    /// Subscribes a session; the channel is looked up anew when it has been swept in between.
    ///
    /// - Parameters:
    ///   - id: The channel.
    ///   - session: The session; one that is subscribed already stays so, and listeners hear nothing.
    ///   - message: The client's request, for listeners.
    /// - Returns: `false` when there are too many channels.
    func join(_ id: ChannelID, _ session: SessionState, message: BayeuxMessage?) -> Bool {
        while let channel = self.findOrCreateChannel(id) {
            guard session.subscriptions[ObjectIdentifier(channel)] == nil else { return true }
            guard channel.subscribers.isEmpty else {
                channel.subscribe(session)
                self.tellSubscribed(channel, session, message)
                return true
            }
            if self.core.channels.shardSubscribed(self.shard.index, to: channel.channel) {
                channel.subscribe(session)
                self.tellSubscribed(channel, session, message)
                return true
            }
            self.channels[id.name] = nil
        }
        return false
    }

    /// Unsubscribes a session; nothing happens when it is not subscribed.
    func leave(_ channel: ShardChannel, _ session: SessionState, message: BayeuxMessage?) {
        guard session.subscriptions[ObjectIdentifier(channel)] != nil else { return }
        channel.unsubscribe(session)
        if channel.subscribers.isEmpty {
            self.core.channels.shardUnsubscribed(self.shard.index, from: channel.channel)
        }
        self.refreshHooks()
        for listener in channel.channel.settings.withLock({ $0.listeners.all }) {
            if case .unsubscribed(let body) = listener.kind { body(session.handle, message) }
        }
        for body in self.hooks.unsubscribed { body(session.handle, channel.channel, message) }
    }

    private func tellSubscribed(_ channel: ShardChannel, _ session: SessionState, _ message: BayeuxMessage?) {
        self.refreshHooks()
        for listener in channel.channel.settings.withLock({ $0.listeners.all }) {
            if case .subscribed(let body) = listener.kind { body(session.handle, message) }
        }
        for body in self.hooks.subscribed { body(session.handle, channel.channel, message) }
    }

    /// The application has removed a channel: the shard's subscribers leave it.
    func dissolve(_ channel: ServerChannel) {
        guard let known = self.channels[channel.id.name], known.channel === channel else { return }
        // First, because listeners may make the channel anew.
        self.channels[channel.id.name] = nil
        for session in known.subscribers { self.leave(known, session, message: nil) }
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

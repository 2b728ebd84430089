import Bayeux
import Synchronization

/// The channels that exist, for all shards.
///
/// Shards come here when they meet a channel for the first time, and keep what they found.
final class ChannelRegistry: Sendable {
    private struct State {
        var channels: [String: ServerChannel] = [:]
        /// Channels that may be unused; the sweeper looks at these only.
        var candidates: [String: ServerChannel] = [:]
    }

    private let state = Mutex(State())
    private let limit: Int
    /// Whether each shard has a bit of ``ServerChannel/interest`` to itself.
    ///
    /// When two share one it stays set until no shard is interested any more, which costs some hand-overs in vain.
    private let hasBitForEachShard: Bool

    init(limit: Int, shardCount: Int) {
        self.limit = limit
        self.hasBitForEachShard = shardCount <= 64
    }

    /// The channel of a name, if it exists.
    func channel(named name: String) -> ServerChannel? {
        self.state.withLock { $0.channels[name] }
    }

    /// The channels of some names that exist, in the names' order.
    func channels(named names: [String]) -> [ServerChannel] {
        self.state.withLock { state in names.compactMap { state.channels[$0] } }
    }

    /// The channel of a name, made when it does not exist.
    ///
    /// A new channel is configured before anyone else can find it. When two make the same one at a time, the one that
    /// comes second is thrown away with what its configuration did to it.
    ///
    /// - Parameters:
    ///   - id: The channel's name.
    ///   - core: What the channel belongs to.
    ///   - configure: Called with a channel that has just been made, before the application's listeners are.
    /// - Returns: The channel; `nil` when there are too many.
    /// - Throws: What `configure` throws; the channel is not made then.
    func findOrCreate(
        _ id: ChannelID,
        core: ServerCore,
        _ configure: (ServerChannel) throws -> Void
    ) rethrows -> CreatedChannel? {
        if let channel = self.used(id) { return CreatedChannel(channel: channel, isNew: false) }
        let channel = ServerChannel(id, core: core)
        let listeners = core.currentHooks.serverListeners.all
        try configure(channel)
        for listener in listeners {
            if case .channelConfigured(let configured) = listener.kind { configured(channel) }
        }
        let created = self.insert(channel, core: core)
        if created?.isNew ?? false {
            for listener in listeners {
                if case .channelAdded(let added) = listener.kind { added(channel) }
            }
        }
        return created
    }

    /// The channel of a name, made when it does not exist; `nil` when there are too many.
    func findOrCreate(_ id: ChannelID, core: ServerCore) -> CreatedChannel? {
        self.findOrCreate(id, core: core) { _ in }
    }

    /// A channel that exists and is about to be used.
    private func used(_ id: ChannelID) -> ServerChannel? {
        self.state.withLock { state in
            guard let channel = state.channels[id.name] else { return nil }
            channel.settings.withLock { $0.unusedSweeps = 0 }
            return channel
        }
    }

    private func insert(_ channel: ServerChannel, core: ServerCore) -> CreatedChannel? {
        let name = channel.id.name
        return self.state.withLock { state in
            if let existing = state.channels[name] { return CreatedChannel(channel: existing, isNew: false) }
            guard state.channels.count < self.limit else { return nil }
            state.channels[name] = channel
            state.candidates[name] = channel
            // What shards know of the patterns that match their channels has changed; before anyone can subscribe.
            if channel.id.isWild { core.bumpVersion() }
            return CreatedChannel(channel: channel, isNew: true)
        }
    }

    /// Takes a channel out at the application's wish.
    ///
    /// - Returns: `false` when it had been removed before.
    func remove(_ channel: ServerChannel) -> Bool {
        self.state.withLock { state in
            guard !channel.isRemoved.exchange(true, ordering: .acquiringAndReleasing) else { return false }
            state.candidates[channel.id.name] = nil
            state.channels[channel.id.name] = nil
            return true
        }
    }

    /// A shard has its first subscriber of a channel.
    ///
    /// - Returns: `false` when the channel has been swept in between: it must be looked up anew.
    func shardSubscribed(_ shard: Int, to channel: ServerChannel) -> Bool {
        self.state.withLock { _ in
            guard !channel.isRemoved.load(ordering: .relaxed) else { return false }
            channel.settings.withLock { settings in
                settings.interestedShards += 1
                settings.unusedSweeps = 0
            }
            channel.interest.bitwiseOr(1 << UInt64(shard & 63), ordering: .releasing)
            return true
        }
    }

    /// A shard has lost its last subscriber of a channel.
    func shardUnsubscribed(_ shard: Int, from channel: ServerChannel) {
        self.state.withLock { state in
            let remaining = channel.settings.withLock { settings in
                settings.interestedShards -= 1
                return settings.interestedShards
            }
            if remaining == 0 {
                channel.interest.store(0, ordering: .releasing)
                if !channel.isRemoved.load(ordering: .relaxed) { state.candidates[channel.id.name] = channel }
            } else if self.hasBitForEachShard {
                channel.interest.bitwiseAnd(~(1 << UInt64(shard & 63)), ordering: .releasing)
            }
        }
    }

    /// Removes the channels that three sweeps in a row have found unused.
    ///
    /// - Returns: The channels that were removed; every shard must forget them.
    func sweep(core: ServerCore) -> [ServerChannel] {
        let removed = self.state.withLock { state -> [ServerChannel] in
            var removed: [ServerChannel] = []
            for (name, channel) in state.candidates {
                let sweeps = channel.settings.withLock { settings -> Int? in
                    guard settings.interestedShards == 0, !settings.isKept else {
                        settings.unusedSweeps = 0
                        // One that has subscribers comes back by itself when the last one leaves.
                        return settings.interestedShards > 0 ? nil : 0
                    }
                    settings.unusedSweeps += 1
                    return settings.unusedSweeps
                }
                guard let sweeps else {
                    state.candidates[name] = nil
                    continue
                }
                guard sweeps >= 3 else { continue }
                channel.isRemoved.store(true, ordering: .releasing)
                state.candidates[name] = nil
                state.channels[name] = nil
                removed.append(channel)
            }
            return removed
        }
        if removed.contains(where: \.id.isWild) { core.bumpVersion() }
        for listener in core.currentHooks.serverListeners.all {
            if case .channelRemoved(let body) = listener.kind { removed.forEach(body) }
        }
        return removed
    }

    /// How many channels exist.
    var count: Int { self.state.withLock { $0.channels.count } }

    /// The names of all channels.
    var names: [String] { self.state.withLock { Array($0.channels.keys) } }
}

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
    private let listenerTokens = Atomic<Int>(0)
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
    /// - Returns: The channel; `nil` when there are too many.
    func findOrCreate(_ id: ChannelID, core: ServerCore) -> ServerChannel? {
        self.state.withLock { state in
            if let channel = state.channels[id.name] {
                // Whoever asks for it is about to use it.
                channel.settings.withLock { $0.unusedSweeps = 0 }
                return channel
            }
            guard state.channels.count < self.limit else { return nil }
            let channel = ServerChannel(id, core: core)
            state.channels[id.name] = channel
            state.candidates[id.name] = channel
            // What shards know of the patterns that match their channels has changed; before anyone can subscribe.
            if id.isWild { core.bumpVersion() }
            return channel
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
                state.candidates[channel.id.name] = channel
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
                    guard settings.interestedShards == 0, !settings.isPersistent, settings.listeners.isEmpty else {
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
        return removed
    }

    func nextListenerToken() -> Int {
        self.listenerTokens.add(1, ordering: .relaxed).newValue
    }

    /// How many channels exist.
    var count: Int { self.state.withLock { $0.channels.count } }

    /// The names of all channels.
    var names: [String] { self.state.withLock { Array($0.channels.keys) } }
}

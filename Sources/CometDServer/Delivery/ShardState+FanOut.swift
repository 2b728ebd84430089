import Bayeux
import NIOCore
import Synchronization

// Bringing a published message to its subscribers.
extension ShardState {
    /// Encodes a message once and brings it to all subscribers, here and on the other shards.
    ///
    /// - Parameters:
    ///   - message: The message, which nobody changes any more.
    ///   - channel: The channel that it is published to.
    ///   - session: The session that published it, when it lives on this shard; `nil` for the server.
    ///   - publisher: Who the sessions' listeners see as the sender.
    ///   - depth: How deep the hook is nested that publishes it.
    func fanOut(
        _ message: BayeuxMessage,
        on channel: ShardChannel,
        from session: SessionState?,
        publisher: ServerSession?,
        depth: Int = 0
    ) {
        let route = channel.route(self.core)
        let interest = self.interest(in: channel)
        guard interest != 0 else { return }
        let lazyTimeout = route.lazyTimeout ?? (message.isLazy ? OutboundMessage.longestWait : nil)
        let outbound = OutboundMessage(message, lazyTimeout: lazyTimeout, depth: depth)
        let getsOwn =
            route.broadcastsToPublisher ?? session?.settings?.values.broadcastsToPublisher
            ?? self.core.options.broadcastToPublisher
        if interest >> UInt64(self.shard.index & 63) & 1 == 1 {
            self.deliver(
                outbound,
                on: channel.channel,
                patterns: route.patterns,
                excluding: getsOwn ? nil : session,
                publisher: publisher
            )
        }
        guard interest & ~(1 << UInt64(self.shard.index & 63)) != 0 || self.core.shards.count > 64 else { return }
        for shard in self.core.shards
        where shard !== self.shard && interest >> UInt64(shard.index & 63) & 1 == 1 {
            let handOver = FanOutQueue.HandOver(
                message: outbound.copy(),
                channel: channel.channel,
                patterns: route.patterns,
                publisher: publisher
            )
            self.fanOuts.append(handOver, to: shard)
        }
        self.fanOuts.scheduleEndOfTick()
    }

    /// A bit for each shard that has subscribers of a channel, or of a pattern that matches it.
    func interest(in channel: ShardChannel) -> UInt64 {
        var interest = channel.channel.interest.load(ordering: .acquiring)
        for pattern in channel.route(self.core).patterns { interest |= pattern.interest.load(ordering: .acquiring) }
        return interest
    }

    /// Whether so much is being fanned out, here or at other shards, that a publisher must wait.
    var isBehind: Bool { self.fanOuts.isBehind }

    /// Takes what another shard has handed over.
    func receive(_ handOvers: [FanOutQueue.HandOver]) {
        for handOver in handOvers {
            self.deliver(
                handOver.message,
                on: handOver.channel,
                patterns: handOver.patterns,
                excluding: nil,
                publisher: handOver.publisher,
                isHandedOver: true
            )
        }
    }

    /// Brings a message to this shard's subscribers of a channel and of the patterns that match it.
    private func deliver(
        _ message: OutboundMessage,
        on channel: ServerChannel,
        patterns: [ServerChannel],
        excluding excluded: SessionState?,
        publisher: ServerSession?,
        isHandedOver: Bool = false
    ) {
        var lists: [ContiguousArray<SessionState>] = []
        for pattern in patterns {
            let list = self.subscriberList(of: pattern)
            if !list.isEmpty { lists.append(list) }
        }
        let list = self.subscriberList(of: channel)
        if !list.isEmpty { lists.append(list) }
        self.fanOuts.start(
            message,
            lists: lists,
            excluding: excluded,
            publisher: publisher,
            isHandedOver: isHandedOver
        )
    }
}

import Bayeux
import DequeModule
import NIOCore
import Synchronization

/// Brings published messages to a shard's subscribers, and hands them to the other shards that have some.
///
/// Appending to the queues of many sessions is sliced, and so is writing what waits in them, so that neither holds
/// the loop for long. Messages keep their order: while one is being fanned out, later ones wait behind it. Confined
/// to the shard's event loop.
final class FanOutQueue {
    /// How many sessions get a message before the loop turns to other work.
    private static let deliveriesPerTurn = 8192
    /// How many sessions are written to before the loop turns to other work; a write costs about 3 µs.
    private static let flushesPerTurn = 256
    /// How many messages another shard may have waiting before publishers are held back.
    static let handOverLimit = 4096

    private let shard: Shard
    private let shards: [Shard]
    /// Messages that are not with all their subscribers yet; the first one is under way.
    private var pending = Deque<FanOut>()
    /// Sessions that have something to send.
    ///
    /// Unchecked: no two of the short accesses below overlap, and the check would be a tenth of a delivery's cost.
    @exclusivity(unchecked) private var dirty: ContiguousArray<SessionState> = []
    /// How many of the dirty sessions have been written to in this round.
    private var flushed = 0
    /// What goes to each of the other shards at the end of the tick.
    private var outboxes: [[HandOver]]
    private var hasHandOvers = false
    private var isTurnScheduled = false
    /// Whether a message is being brought to its subscribers, so that one published meanwhile must wait behind it.
    private var isDelivering = false
    private var isFanOutScheduled = false
    /// Names each fan-out, so that a session with several matching subscriptions is served once.
    private var lastStamp: UInt64 = 0

    init(_ shard: Shard, of shards: [Shard]) {
        self.shard = shard
        self.shards = shards
        self.outboxes = Array(repeating: [], count: shards.count)
    }
}

extension FanOutQueue {
    /// A message on its way to one shard's subscribers.
    struct FanOut {
        let message: OutboundMessage
        /// The subscribers of each matching pattern and of the channel, as they were when the message was published.
        let lists: [ContiguousArray<SessionState>]
        /// The publisher, when it must not get its own message.
        let excluded: SessionState?
        let stamp: UInt64
        var list = 0
        var index = 0
    }

    /// A message on its way to another shard.
    struct HandOver: Sendable {
        let message: OutboundMessage
        let channel: ServerChannel
        let patterns: [ServerChannel]
    }
}

// MARK: - Publishing

extension ShardState {
    /// Encodes a message once and brings it to all subscribers, here and on the other shards.
    ///
    /// - Parameters:
    ///   - message: The message, which nobody changes any more.
    ///   - channel: The channel that it is published to.
    ///   - publisher: The session that published it; `nil` for the server.
    func fanOut(_ message: BayeuxMessage, on channel: ShardChannel, from publisher: SessionState?) {
        let route = channel.route(self.core)
        var interest = channel.channel.interest.load(ordering: .acquiring)
        for pattern in route.patterns { interest |= pattern.interest.load(ordering: .acquiring) }
        guard interest != 0 else { return }
        let outbound = OutboundMessage(message)
        if interest >> UInt64(self.shard.index & 63) & 1 == 1 {
            self.deliver(
                outbound,
                on: channel.channel,
                patterns: route.patterns,
                excluding: route.broadcastsToPublisher ? nil : publisher
            )
        }
        guard interest & ~(1 << UInt64(self.shard.index & 63)) != 0 || self.core.shards.count > 64 else { return }
        for shard in self.core.shards
        where shard !== self.shard && interest >> UInt64(shard.index & 63) & 1 == 1 {
            let handOver = FanOutQueue.HandOver(
                message: outbound.copy(),
                channel: channel.channel,
                patterns: route.patterns
            )
            self.fanOuts.append(handOver, to: shard)
        }
        self.fanOuts.scheduleTurn()
    }

    /// Whether a message for some channel would wait too long at another shard, so that its publisher must wait here.
    func mustWait(for channel: ShardChannel) -> Bool {
        guard self.core.shards.count > 1 else { return false }
        return self.core.shards.contains { shard in
            shard !== self.shard && shard.handedOver.load(ordering: .relaxed) > FanOutQueue.handOverLimit
        }
    }

    /// Takes what another shard has handed over.
    fileprivate func receive(_ handOvers: [FanOutQueue.HandOver]) {
        for handOver in handOvers {
            self.deliver(handOver.message, on: handOver.channel, patterns: handOver.patterns, excluding: nil)
        }
        self.shard.handedOver.subtract(handOvers.count, ordering: .relaxed)
    }

    /// Brings a message to this shard's subscribers of a channel and of the patterns that match it.
    private func deliver(
        _ message: OutboundMessage,
        on channel: ServerChannel,
        patterns: [ServerChannel],
        excluding excluded: SessionState?
    ) {
        var lists: [ContiguousArray<SessionState>] = []
        for pattern in patterns {
            let list = self.subscriberList(of: pattern)
            if !list.isEmpty { lists.append(list) }
        }
        let list = self.subscriberList(of: channel)
        if !list.isEmpty { lists.append(list) }
        self.fanOuts.start(message, lists: lists, excluding: excluded)
    }

    fileprivate func turn() {
        self.fanOuts.turn()
    }

    fileprivate func continueFanOut() {
        self.fanOuts.continueFanOut()
    }
}

extension FanOutQueue {
    fileprivate func append(_ handOver: HandOver, to shard: Shard) {
        shard.handedOver.add(1, ordering: .relaxed)
        self.outboxes[shard.index].append(handOver)
        self.hasHandOvers = true
    }

    fileprivate func start(
        _ message: OutboundMessage,
        lists: [ContiguousArray<SessionState>],
        excluding excluded: SessionState?
    ) {
        guard !lists.isEmpty else { return }
        self.lastStamp &+= 1
        var fanOut = FanOut(message: message, lists: lists, excluded: excluded, stamp: self.lastStamp)
        if self.pending.isEmpty, !self.isDelivering {
            self.isDelivering = true
            let isDone = fanOut.deliver(upTo: Self.deliveriesPerTurn, to: self)
            self.isDelivering = false
            if isDone { return }
        }
        self.pending.append(fanOut)
        self.scheduleFanOut()
    }

    /// Goes on with the messages that were cut off by the limit of a turn.
    fileprivate func continueFanOut() {
        self.isFanOutScheduled = false
        var budget = Self.deliveriesPerTurn
        while budget > 0, var fanOut = self.pending.popFirst() {
            let before = fanOut.remaining
            if fanOut.deliver(upTo: budget, to: self) {
                budget -= before
            } else {
                self.pending.prepend(fanOut)
                budget = 0
            }
        }
        if !self.pending.isEmpty { self.scheduleFanOut() }
    }

    private func scheduleFanOut() {
        guard !self.isFanOutScheduled else { return }
        self.isFanOutScheduled = true
        let shard = self.shard
        shard.eventLoop.execute { shard.state?.continueFanOut() }
    }
}

extension FanOutQueue.FanOut {
    var remaining: Int { self.lists[self.list...].reduce(0) { $0 + $1.count } - self.index }

    /// Delivers to as many subscribers as the limit allows.
    ///
    /// - Returns: Whether all have got the message.
    fileprivate mutating func deliver(upTo limit: Int, to queue: FanOutQueue) -> Bool {
        var budget = limit
        let needsStamp = self.lists.count > 1
        while self.list < self.lists.count {
            let subscribers = self.lists[self.list]
            let end = min(subscribers.count, self.index + budget)
            for session in subscribers[self.index..<end] {
                if needsStamp {
                    if session.lastFanOut == self.stamp { continue }
                    session.lastFanOut = self.stamp
                }
                if session === self.excluded { continue }
                if session.enqueue(self.message) { queue.markDirty(session) }
            }
            budget -= end - self.index
            guard end == subscribers.count else {
                self.index = end
                return false
            }
            self.list += 1
            self.index = 0
        }
        return true
    }
}

// MARK: - The end of the tick

extension FanOutQueue {
    /// Notes that a session has something to send; all that it has leaves in one write at the end of the tick.
    func markDirty(_ session: SessionState) {
        self.dirty.append(session)
        self.scheduleTurn()
    }

    fileprivate func scheduleTurn() {
        guard !self.isTurnScheduled else { return }
        self.isTurnScheduled = true
        let shard = self.shard
        shard.eventLoop.execute { shard.state?.turn() }
    }

    /// Hands over what other shards shall have, then writes to a slice of the dirty sessions.
    fileprivate func turn() {
        self.isTurnScheduled = false
        if self.hasHandOvers { self.sendHandOvers() }
        let end = min(self.dirty.count, self.flushed + Self.flushesPerTurn)
        for index in self.flushed..<end { self.dirty[index].flush() }
        self.flushed = end
        if self.flushed == self.dirty.count {
            self.dirty.removeAll(keepingCapacity: self.dirty.count <= 4096)
            self.flushed = 0
        } else {
            self.scheduleTurn()
        }
    }

    private func sendHandOvers() {
        self.hasHandOvers = false
        for shard in self.shards where !self.outboxes[shard.index].isEmpty {
            let handOvers = self.outboxes[shard.index]
            self.outboxes[shard.index] = []
            shard.perform { $0.receive(handOvers) }
        }
    }
}

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
    /// How many messages may wait at another shard, or be under way at this one, before publishers are held back.
    private static let backlogLimit = 1024

    private let shard: Shard
    private let shards: [Shard]
    /// Messages that are not with all their subscribers yet; the first one is under way.
    private var pending = Deque<FanOut>()
    /// Sessions that have something to send.
    ///
    /// Unchecked: no two of the short accesses below overlap, and the check would be a tenth of a delivery's cost.
    @exclusivity(unchecked) private var dirty = Deque<SessionState>()
    /// What goes to each of the other shards at the end of the tick.
    private var outboxes: [[HandOver]]
    private var hasHandOvers = false
    private var isEndOfTickScheduled = false
    private var isFanOutScheduled = false
    /// Whether a message is being delivered: what a listener publishes meanwhile comes behind it.
    private var isDelivering = false
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
        /// Who the sessions' listeners see as the sender.
        let publisher: ServerSession?
        let stamp: UInt64
        /// Whether another shard counts it as waiting here.
        let isHandedOver: Bool
        var list = 0
        var index = 0
    }

    /// A message on its way to another shard.
    struct HandOver: Sendable {
        let message: OutboundMessage
        let channel: ServerChannel
        let patterns: [ServerChannel]
        let publisher: ServerSession?
    }
}

// MARK: - Fan-out

extension FanOutQueue {
    func append(_ handOver: HandOver, to shard: Shard) {
        shard.handedOver.add(1, ordering: .relaxed)
        self.outboxes[shard.index].append(handOver)
        self.hasHandOvers = true
    }

    func start(
        _ message: OutboundMessage,
        lists: [ContiguousArray<SessionState>],
        excluding excluded: SessionState?,
        publisher: ServerSession?,
        isHandedOver: Bool
    ) {
        self.lastStamp &+= 1
        var fanOut = FanOut(
            message: message,
            lists: lists,
            excluded: excluded,
            publisher: publisher,
            stamp: self.lastStamp,
            isHandedOver: isHandedOver
        )
        guard self.pending.isEmpty, !self.isDelivering else {
            self.pending.append(fanOut)
            return self.scheduleFanOut()
        }
        if self.deliver(&fanOut, upTo: Self.deliveriesPerTurn) {
            self.finished(fanOut)
        } else {
            self.pending.prepend(fanOut)
            self.scheduleFanOut()
        }
    }

    private func deliver(_ fanOut: inout FanOut, upTo limit: Int) -> Bool {
        self.isDelivering = true
        defer { self.isDelivering = false }
        return fanOut.deliver(upTo: limit, to: self)
    }

    /// Goes on with the messages that were cut off by the limit of a turn.
    private func continueFanOut() {
        self.isFanOutScheduled = false
        var budget = Self.deliveriesPerTurn
        while budget > 0, var fanOut = self.pending.popFirst() {
            let before = fanOut.remaining
            if self.deliver(&fanOut, upTo: budget) {
                budget -= before
                self.finished(fanOut)
            } else {
                self.pending.prepend(fanOut)
                budget = 0
            }
        }
        if !self.pending.isEmpty { self.scheduleFanOut() }
    }

    private func finished(_ fanOut: FanOut) {
        if fanOut.isHandedOver { self.shard.handedOver.subtract(1, ordering: .relaxed) }
    }

    /// Whether more messages are under way here, or wait at another shard, than a publisher may add to.
    var isBehind: Bool {
        if self.pending.count > Self.backlogLimit { return true }
        guard self.shards.count > 1 else { return false }
        return self.shards.contains { shard in
            shard !== self.shard && shard.handedOver.load(ordering: .relaxed) > Self.backlogLimit
        }
    }

    /// Lets go of all sessions: the server is being released.
    func clear() {
        self.dirty = []
        self.pending = []
    }

    private func scheduleFanOut() {
        guard !self.isFanOutScheduled else { return }
        self.isFanOutScheduled = true
        let shard = self.shard
        shard.eventLoop.execute { shard.state?.fanOuts.continueFanOut() }
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
                if session.enqueue(self.message, from: self.publisher) { queue.markDirty(session) }
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
        self.scheduleEndOfTick()
    }

    func scheduleEndOfTick() {
        guard !self.isEndOfTickScheduled else { return }
        self.isEndOfTickScheduled = true
        let shard = self.shard
        shard.eventLoop.execute { shard.state?.fanOuts.endTick() }
    }

    /// Hands over what other shards shall have, then writes to a slice of the dirty sessions.
    private func endTick() {
        self.isEndOfTickScheduled = false
        if self.hasHandOvers { self.sendHandOvers() }
        // What becomes dirty meanwhile comes behind the others.
        for _ in 0..<min(self.dirty.count, Self.flushesPerTurn) { self.dirty.popFirst()?.flush() }
        if !self.dirty.isEmpty { self.scheduleEndOfTick() }
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

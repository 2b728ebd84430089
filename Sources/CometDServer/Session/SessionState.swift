import Bayeux
import DequeModule
import Logging
import NIOCore

/// One client's session on the server.
///
/// Confined to its shard's event loop; never `Sendable`.
///
/// From handshake to expiry: ``ShardState/add(_:)`` makes it known, `connectReceived` holds its connects, ``enqueue(_:)``
/// and ``flush()`` bring it messages, ``deadlineReached(_:)`` or a disconnect ends it through
/// ``ShardState/remove(_:reason:)``.
final class SessionState {
    /// One of the channels that the session is subscribed to.
    struct Subscription {
        let channel: ShardChannel
        /// The session's place among the channel's subscribers on this shard.
        var index: Int
    }

    // What a fan-out touches comes first, so that it lies together in memory.

    /// The last fan-out that served this session.
    var lastFanOut: UInt64 = 0
    /// Messages that wait.
    ///
    /// Unchecked: no two of the short accesses to it overlap, and the check would be a tenth of a delivery's cost.
    @exclusivity(unchecked) var queue = MessageQueue()
    /// Whether messages may be appended: not after the session's end, nor when more waited than may.
    ///
    /// Says what ``connect`` says too, once the session has ended, because a fan-out would have to fetch that from
    /// elsewhere in memory.
    var acceptsMessages = true
    var isDirty = false
    var hasConnected = false
    /// How the client's messages travel now.
    var transport: Transport
    /// The session's WebSocket, while it has one.
    var link: PushLink? {
        didSet { self.connection = self.link?.connection(on: self.shard.eventLoop) }
    }
    /// The WebSocket itself, when it lives on the session's own event loop.
    private(set) var connection: (any PushConnection)?
    let shard: ShardState

    let id: String
    /// The id as JSON, for comparing it with what messages carry.
    let quotedID: [UInt8]
    let handle: ServerSession
    /// The browser that the session belongs to; only over HTTP.
    var browserID: String?
    /// The channels by their identity on this shard; changed by ``ShardChannel`` only.
    var subscriptions: [ObjectIdentifier: Subscription] = [:]
    /// Batches that wait while an earlier one is being processed.
    var inbox = Deque<Exchange>()
    /// The batch that is being processed.
    var activeExchange: Exchange?

    var connect: ConnectState
    /// How the client was connected when it was last given the advice.
    var advisedType: ConnectionType?
    /// What the client asked to wait before its next connect, this once.
    var transientInterval: TimeAmount?
    var timer: TimerWheel.Timer?

    init(
        id: String,
        shard: ShardState,
        connectionType: ConnectionType,
        userAgent: String?
    ) {
        self.id = id
        self.quotedID = Array("\"\(id)\"".utf8)
        self.handle = ServerSession(id: id, shard: shard.shard, userAgent: userAgent)
        self.shard = shard
        self.transport = shard.core.transport(connectionType)
        self.connect = .waiting(expiry: shard.timers.now)
        let timer = TimerWheel.Timer { [unowned self] in self.deadlineReached($0) }
        self.timer = timer
    }

    /// The handshake has succeeded: from now on the session expires unless its client comes back.
    func begin() {
        self.clientSeen()
    }

    /// Whether the session has been removed; who still holds it must not use it for anything new.
    var hasEnded: Bool {
        guard case .closed = self.connect else { return false }
        return true
    }

    /// How the client's messages travel now.
    var connectionType: ConnectionType { self.transport.connectionType }

    /// When the session expires if nothing more comes from the client.
    var nextExpiry: NIODeadline {
        self.shard.timers.now + (self.transientInterval ?? TimeAmount(self.transport.options.interval))
            + TimeAmount(self.transport.options.maxInterval)
    }
}

// MARK: - What the transport and the clock tell

extension SessionState {
    /// A large answer has left, or has failed to.
    func answerWriteEnded() {
        self.connect.answerEnded(expiry: self.nextExpiry)
        self.updateTimer()
    }

    /// The session's WebSocket has been closed; it goes on and may be resumed until it expires.
    func linkClosed(_ link: PushLink) {
        guard self.link === link else { return }
        self.link = nil
        self.releaseConnect { _ in }
    }

    /// The session's WebSocket takes messages again.
    func linkBecameWritable(_ link: PushLink) {
        guard self.link === link else { return }
        self.flush()
    }

    func updateTimer() {
        guard let timer = self.timer else { return }
        if let deadline = self.connect.deadline {
            self.shard.timers.set(timer, at: deadline)
        } else {
            self.shard.timers.cancel(timer)
        }
    }
}

// MARK: - The end

extension SessionState {
    /// The session has been removed: nothing more reaches the client but the answer to a held connect.
    func end(_ reason: SessionListener.RemovalReason) {
        if var held = self.connect.sessionEnded() {
            self.giveBackBrowserConnect(held.way)
            held.reply.advice = Advice(reconnect: Advice.Reconnect.none)
            self.answer(held)
        }
        self.updateTimer()
        self.timer = nil
        self.leaveBrowser()
        self.acceptsMessages = false
        _ = self.queue.takeAll()
        if reason == .queueOverflow { self.link?.close(code: 1008, reason: "Too many messages wait") }
        self.link = nil
        // What was not processed yet is answered like any message of an unknown session.
        for exchange in self.inbox { exchange.sessionEnded() }
        self.inbox = []
    }

    /// The handshake was refused: the session never began.
    func discard() {
        _ = self.connect.sessionEnded()
        self.updateTimer()
    }

    /// What a WebSocket's close frame says when the server ends.
    static let shutdownReason = "Server shutting down"

    /// The server is shutting down: what waits is sent, and a held connect is answered with the advice to come back.
    ///
    /// The advice is to retry at once: aiocometd takes the interval for seconds, and every client backs off by itself
    /// when nobody listens. The next connect is then answered by a new server with the advice to handshake.
    func drain() {
        self.releaseConnect { held in
            var held = held
            held.reply.advice = Advice(reconnect: .retry, interval: .zero)
            self.answer(held)
        }
        self.flush()
        self.link?.close(code: 1001, reason: Self.shutdownReason)
    }

    func leaveBrowser() {
        guard let browserID = self.browserID.take() else { return }
        self.shard.core.browsers.removeSession(of: browserID)
    }
}

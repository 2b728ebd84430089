import Bayeux
import DequeModule
import Logging
import NIOCore

/// One client's session on the server.
///
/// Confined to its shard's event loop; never `Sendable`.
///
/// From handshake to expiry: ``ShardState/add(_:handshake:)`` makes it known, `connectReceived` holds its connects,
/// ``enqueue(_:from:)`` and ``flush()`` bring it messages, ``deadlineReached(_:)`` or a disconnect ends it through
/// ``ShardState/remove(_:reason:message:)``.
final class SessionState {
    /// One of the channels that the session is subscribed to.
    struct Subscription {
        let channel: ShardChannel
        /// The session's place among the channel's subscribers on this shard.
        var index: Int
    }

    /// What becomes of a message for the session.
    ///
    /// Says what ``connect`` says too, once the session has ended, because a fan-out would have to fetch that from
    /// elsewhere in memory.
    enum Intake: UInt8 {
        /// It is queued.
        case open
        /// Extensions or listeners of the session see it first.
        case hooked
        /// Too much waits: the session is about to be ended.
        case overflowing
        /// The session has ended.
        case closed
    }

    // What a fan-out touches comes first, so that it lies together in memory.

    /// The last fan-out that served this session.
    var lastFanOut: UInt64 = 0
    /// Messages that wait.
    ///
    /// Unchecked: no two of the short accesses to it overlap, and the check would be a tenth of a delivery's cost.
    @exclusivity(unchecked) var queue = MessageQueue()
    var intake = Intake.open
    var isDirty = false
    var hasConnected = false
    /// Whether one of the waiting messages is not lazy, or has waited long enough.
    var hasEagerMessages = false
    /// Whether messages have been dropped since all that waited was sent last.
    var isDropping = false
    let isLocal: Bool
    /// How often ``ServerSession/startBatch()`` has been called without its end.
    var batchCount: Int32 = 0
    /// How the client's messages travel now.
    var transport: Transport {
        didSet { if self.transport !== oldValue { self.patience = self.currentPatience } }
    }
    /// The session's WebSocket, while it has one.
    var link: PushLink? {
        didSet { self.connection = self.link?.connection(on: self.shard.eventLoop) }
    }
    /// The WebSocket itself, when it lives on the session's own event loop.
    private(set) var connection: (any PushConnection)?
    /// What the application has set on this session; `nil` for nothing.
    private(set) var settings: SessionSettings? {
        didSet { self.patience = self.currentPatience }
    }
    let shard: ShardState

    let id: String
    /// The id as JSON, for comparing it with what messages carry.
    let quotedID: [UInt8]
    let handle: ServerSession
    /// The browser that the session belongs to; only over HTTP.
    var browser: Browser?
    /// The channels by their identity on this shard; changed by ``ShardChannel`` only.
    var subscriptions: [ObjectIdentifier: Subscription] = [:]
    /// Batches that wait while an earlier one is being processed.
    var inbox = Deque<Exchange>()
    /// The batch that is being processed.
    var activeExchange: Exchange?
    /// What has been sent and not been acknowledged; `nil` when the client does not acknowledge.
    var acknowledgement: Acknowledgement?
    /// Messages that are with the application, and those behind them; `nil` when there have been none.
    var deliveries: DeliveryLine?
    /// Fires when a lazy message has waited long enough; `nil` when there has been none.
    var lazyTimer: TimerWheel.Timer?

    var connect: ConnectState
    /// How the client was connected when it was last given the advice.
    var advisedType: ConnectionType?
    /// Whether a listener is being asked what is done when too much waits.
    var isDecidingOverflow = false
    /// How many connects have come, so that one can be told from a later one.
    var connectCount: UInt32 = 0
    /// What the client asked to wait before its next connect, this once.
    var transientInterval: TimeAmount?
    /// ``interval`` and ``maxInterval``, which every message of the client asks for, reckoned when they change.
    private var patience: (interval: TimeAmount, maxInterval: TimeAmount)
    var timer: TimerWheel.Timer?

    init(id: String, shard: ShardState, transport: Transport, userAgent: String?, isLocal: Bool) {
        self.id = id
        self.quotedID = Array("\"\(id)\"".utf8)
        self.handle = ServerSession(id: id, shard: shard.shard, userAgent: userAgent, isLocal: isLocal)
        self.shard = shard
        self.transport = transport
        self.isLocal = isLocal
        self.connect = .waiting(expiry: shard.timers.now)
        self.patience = (TimeAmount(transport.options.interval), TimeAmount(transport.options.maxInterval))
        let timer = TimerWheel.Timer { [unowned self] in self.deadlineReached($0) }
        self.timer = timer
    }

    /// The handshake has succeeded: from now on the session expires unless its client comes back.
    func begin() {
        self.settings = self.handle.currentSettings
        self.updateIntake()
        self.handle.note(.handshook)
        if self.isLocal {
            self.hasConnected = true
            self.handle.note(.connected)
        }
        self.clientSeen()
    }

    /// Whether the session has been removed; who still holds it must not use it for anything new.
    var hasEnded: Bool {
        guard case .closed = self.connect else { return false }
        return true
    }

    /// Whether messages may be queued still.
    var acceptsMessages: Bool { self.intake == .open || self.intake == .hooked }

    /// How the client's messages travel now.
    var connectionType: ConnectionType { self.transport.connectionType }

    /// Whether messages reach the client with the replies to its connects only.
    var isConnectOnly: Bool { self.transport.options.metaConnectDeliverOnly || self.acknowledgement != nil }

    /// How long the server waits for the next connect.
    var maxInterval: Duration { self.settings?.values.maxInterval ?? self.transport.options.maxInterval }

    /// How long the client shall wait between two connects.
    var interval: Duration { self.settings?.values.interval ?? self.transport.options.interval }

    /// How long a connect is held.
    var timeout: Duration { self.settings?.values.timeout ?? self.transport.options.timeout }

    /// When the session expires if nothing more comes from the client.
    var nextExpiry: NIODeadline {
        guard !self.isLocal else { return .distantFuture }
        return self.shard.timers.now + (self.transientInterval ?? self.patience.interval) + self.patience.maxInterval
    }

    private var currentPatience: (interval: TimeAmount, maxInterval: TimeAmount) {
        (TimeAmount(self.interval), TimeAmount(self.maxInterval))
    }
}

// MARK: - What the application, the transport and the clock tell

extension SessionState {
    /// The application has set something on the session.
    func settingsChanged() {
        let before = self.settings?.values
        self.settings = self.handle.currentSettings
        let now = self.settings?.values
        if before?.timeout != now?.timeout || before?.interval != now?.interval { self.advisedType = nil }
        if before?.maxInterval != now?.maxInterval { self.clientSeen() }
        self.updateIntake()
    }

    /// Whether messages for the session pass the application first.
    func updateIntake() {
        guard self.acceptsMessages else { return }
        let isHooked = self.settings?.seesDeliveries ?? false || self.deliveries?.isBusy ?? false
        self.intake = isHooked ? .hooked : .open
    }

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
    func end(_ reason: ServerSession.RemovalReason) {
        self.handle.note(.ended)
        if var held = self.connect.sessionEnded() {
            self.giveBackBrowserConnect(held.way)
            held.reply.advice = Advice(reconnect: Advice.Reconnect.none)
            self.answer(held)
            self.tellReleased(isTimeOver: false)
        }
        self.updateTimer()
        self.timer = nil
        if let timer = self.lazyTimer.take() { self.shard.timers.cancel(timer) }
        self.leaveBrowser()
        self.intake = .closed
        self.acknowledgement = nil
        _ = self.queue.takeAll()
        self.deliveries?.clear()
        if reason == .queueOverflow { self.link?.close(code: 1008, reason: "Too many messages wait") }
        if self.isLocal { self.link?.close(code: 1000, reason: "") }
        self.link = nil
        // What was not processed yet is answered like any message of an unknown session.
        for exchange in self.inbox { exchange.sessionEnded() }
        self.inbox = []
    }

    /// The handshake was refused: the session never began.
    func discard() {
        self.intake = .closed
        _ = self.connect.sessionEnded()
        self.updateTimer()
        if let timer = self.lazyTimer.take() { self.shard.timers.cancel(timer) }
    }

    /// What a WebSocket's close frame says when the server ends.
    static let shutdownReason = "Server shutting down"

    /// The server is shutting down: what waits is sent, and a held connect is answered with the advice to come back.
    ///
    /// The advice is to retry at once: aiocometd takes the interval for seconds, and every client backs off by itself
    /// when nobody listens. The next connect is then answered by a new server with the advice to handshake.
    func drain() {
        self.hasEagerMessages = !self.queue.isEmpty
        self.batchCount = 0
        self.releaseConnect { held in
            var held = held
            held.reply.advice = Advice(reconnect: .retry, interval: .zero)
            self.answer(held)
        }
        self.flush()
        self.link?.close(code: 1001, reason: Self.shutdownReason)
    }

    func leaveBrowser() {
        guard let browser = self.browser.take() else { return }
        self.shard.core.browsers.removeSession(of: browser)
    }
}

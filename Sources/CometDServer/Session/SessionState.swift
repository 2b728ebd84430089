import Bayeux
import DequeModule
import Logging
import NIOCore

/// One client's session on the server.
///
/// Confined to its shard's event loop; never `Sendable`.
///
/// From handshake to expiry: ``ShardState/add(_:)`` makes it known, `connectReceived` holds its connects, ``enqueue(_:)``
/// and ``flush()`` bring it messages, ``deadlineReached()`` or a disconnect ends it through
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
    /// Messages that wait; a fan-out changes no other session's, so the compiler's proof of it is spared.
    @exclusivity(unchecked) private var queue = MessageQueue()
    private var hasOverflowed = false
    private var isDirty = false
    private var isConnected = false
    /// How the client's messages travel now.
    private(set) var transport: Transport
    /// The session's WebSocket, while it has one.
    private(set) var link: PushLink? {
        didSet { self.connection = self.link?.connection(on: self.shard.eventLoop) }
    }
    /// The WebSocket itself, when it lives on the session's own event loop.
    private var connection: (any PushConnection)?
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

    private var connect: ConnectState
    /// How the client was connected when it was last given the advice.
    private var advisedType: ConnectionType?
    /// What the client asked to wait before its next connect, this once.
    private var transientInterval: TimeAmount?
    private var timer: TimerWheel.Timer?

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
        self.clientSeen()
    }

    /// How the client's messages travel now.
    var connectionType: ConnectionType { self.transport.connectionType }

    /// When the session expires if nothing more comes from the client.
    private var nextExpiry: NIODeadline {
        self.shard.timers.now + (self.transientInterval ?? TimeAmount(self.transport.options.interval))
            + TimeAmount(self.transport.options.maxInterval)
    }
}

// MARK: - What the client does

extension SessionState {
    /// Something other than a connect has come from the client.
    func clientSeen() {
        guard !self.connect.isHeld else { return }
        self.connect.clientSeen(expiry: self.nextExpiry)
        self.updateTimer()
    }

    /// The session's messages go this way from now on.
    func bind(to link: PushLink) {
        guard self.link !== link else { return }
        let previous = self.link
        self.link = link
        self.leaveBrowser()
        self.transport = self.shard.core.transport(.webSocket)
        // A connect that the old way holds is answered there or never.
        self.releaseConnect { self.abandon($0) }
        previous?.close(code: 1000, reason: "Cancel")
        link.sessionChanged(to: self.handle)
    }

    /// A connect has arrived.
    ///
    /// - Parameters:
    ///   - reply: Its successful reply.
    ///   - advice: What the client asked for with it.
    ///   - way: Where its answer goes; `nil` when it must not be held, because other messages came with it.
    /// - Returns: The reply to send at once; `nil` when the connect is held.
    func connectReceived(_ reply: Reply, advice: Advice?, way: HeldConnect.Way?) -> Reply? {
        let wasConnected = self.isConnected
        self.isConnected = true
        if let link = self.link, case .request = way {
            // The client went back to HTTP.
            self.link = nil
            link.close(code: 1000, reason: "Cancel")
        }
        var reply = reply
        if advice != nil || self.advisedType != self.connectionType { self.advise(&reply) }
        self.transientInterval = advice?.interval.flatMap { $0 >= .zero ? TimeAmount($0) : nil }
        self.releaseConnect { self.supersede($0) }
        let timeout = advice?.timeout.flatMap { $0 >= .zero ? $0 : nil } ?? self.transport.options.timeout
        guard let way, !self.hasMessages(for: way) else {
            self.clientSeen()
            return reply
        }
        guard self.mayHoldConnect(way) else { return self.adviseToPoll(reply) }
        guard wasConnected, timeout > .zero else {
            self.clientSeen()
            return reply
        }
        if case .request(let responder, let browserID) = way {
            if let browserID { self.shard.core.browsers.holdConnect(of: browserID) }
            responder.held(by: self.handle)
        }
        reply.detach()
        self.connect.connectHeld(
            HeldConnect(reply: reply, way: way),
            until: self.shard.timers.now + TimeAmount(timeout)
        )
        self.updateTimer()
        return nil
    }

    /// Puts the session's advice into a reply.
    func advise(_ reply: inout Reply) {
        let options = self.transport.options
        self.advisedType = self.connectionType
        reply.advice = Advice(
            reconnect: .retry,
            interval: options.interval,
            timeout: options.timeout,
            maxInterval: options.handshakeReconnect ? options.maxInterval : nil
        )
    }

    /// Whether the browser may have one more connect held.
    private func mayHoldConnect(_ way: HeldConnect.Way) -> Bool {
        guard case .request(_, let browserID?) = way, let limit = self.transport.http?.maxSessionsPerBrowser else {
            return true
        }
        return self.shard.core.browsers.heldConnects(of: browserID) < limit
    }

    /// Other sessions of the browser hold as many connects as it may have; this one polls meanwhile.
    private func adviseToPoll(_ reply: Reply) -> Reply {
        var reply = reply
        let interval = self.transport.http?.multiSessionInterval ?? .zero
        var advice = reply.advice ?? Advice()
        advice.hasMultipleClients = true
        if interval > .zero {
            advice.reconnect = .retry
            advice.interval = interval
            self.transientInterval = TimeAmount(interval)
        } else {
            advice.reconnect = Advice.Reconnect.none
            reply.error = BayeuxError(.tooManySessions).text(in: self.shard.core.options.errorDialect)
        }
        reply.advice = advice
        self.clientSeen()
        // The client must hear of it when its connects are held again.
        self.advisedType = nil
        return reply
    }

    /// Whether messages wait that must go with the answer to a connect.
    private func hasMessages(for way: HeldConnect.Way) -> Bool {
        switch way {
        case .request: !self.queue.isEmpty
        case .link: !self.queue.isEmpty && self.transport.options.metaConnectDeliverOnly
        }
    }
}

// MARK: - What the server sends

extension SessionState {
    /// Appends a message to what waits for the client.
    ///
    /// - Returns: Whether the session must be put on the list of those that have something to send.
    func enqueue(_ message: OutboundMessage) -> Bool {
        guard !self.hasOverflowed else { return false }
        self.queue.append(message)
        if self.queue.byteCount > self.transport.options.maxQueueBytes
            || self.transport.options.maxQueue.map({ self.queue.count > $0 }) ?? false
        {
            self.hasOverflowed = true
            _ = self.queue.takeAll()
        }
        guard !self.isDirty else { return false }
        self.isDirty = true
        return true
    }

    /// Delivers a message to this session only.
    func deliver(_ message: OutboundMessage) {
        if self.enqueue(message) { self.shard.fanOuts.markDirty(self) }
    }

    /// Sends what waits, if there is a way to send it now: at the end of the tick, when the connection has room again.
    func flush() {
        self.isDirty = false
        guard !self.hasOverflowed else {
            self.shard.core.logger.warning("too many messages wait", metadata: ["session": "\(self.handle)"])
            self.shard.remove(self, reason: .queueOverflow)
            return
        }
        guard !self.queue.isEmpty else { return }
        if let link = self.link, !self.transport.options.metaConnectDeliverOnly {
            // Until its first connect a client does not expect messages.
            guard self.isConnected, link.isWritable else { return }
            if let connection = self.connection {
                if let only = self.queue.takeOnly() {
                    connection.send(only)
                } else {
                    connection.send(self.queue.takeAll(), replies: ByteBuffer())
                }
            } else {
                link.send(self.queue.takeAll())
            }
        } else {
            self.releaseConnect { self.answer($0) }
        }
    }

    /// Takes the messages that leave together with the replies to a batch, in front of them.
    ///
    /// - Parameters:
    ///   - origin: Where the batch came from.
    ///   - isConnect: Whether one of the replies is that to a connect.
    /// - Returns: The messages.
    func takeMessages(forAnswerTo origin: Exchange.Origin, isConnect: Bool) -> MessageQueue {
        guard self.isConnected, !self.hasOverflowed else { return MessageQueue() }
        switch origin {
        case .request:
            let connectOnly = self.transport.options.metaConnectDeliverOnly || self.connectionType == .callbackPolling
            return isConnect || !connectOnly ? self.queue.takeAll() : MessageQueue()
        case .link(let link):
            guard link === self.link, link.isWritable else { return MessageQueue() }
            return isConnect || !self.transport.options.metaConnectDeliverOnly ? self.queue.takeAll() : MessageQueue()
        }
    }

    /// Takes the held connect, if there is one, and gives back what it holds of its browser.
    private func releaseConnect(_ body: (HeldConnect) -> Void) {
        guard let held = self.connect.connectReleased(expiry: self.nextExpiry) else { return }
        self.updateTimer()
        self.giveBackBrowserConnect(held)
        body(held)
    }

    private func giveBackBrowserConnect(_ held: HeldConnect) {
        if case .request(_, let browserID?) = held.way { self.shard.core.browsers.releaseConnect(of: browserID) }
    }

    /// Answers a connect with all that waits.
    private func answer(_ held: HeldConnect) {
        var replies = ByteBuffer()
        held.reply.encode(into: &replies)
        switch held.way {
        case .request(let responder, _):
            self.respond(.init(deliveries: self.queue.takeAll(), replies: replies), to: responder)
        case .link:
            guard let link = self.link else { return }
            link.send(link.isWritable ? self.queue.takeAll() : MessageQueue(), replies: replies)
        }
    }

    /// Answers a request of this session; a large answer suspends the expiry until it has left or failed to.
    func respond(_ messages: RequestAnswer.Messages, to responder: any RequestResponder) {
        var messages = messages
        if messages.byteCount > Self.largeAnswer {
            messages.outcome = AnswerOutcome(session: self.handle)
            self.connect.answerStarted(expiry: self.nextExpiry + Self.longestWrite)
            self.updateTimer()
        }
        responder.respond(.messages(messages))
    }

    /// Smaller answers fit the socket's buffer: nothing is to be learnt from waiting for them.
    private static let largeAnswer = 32 << 10
    /// How long the transport lets the writing of an answer take.
    private static let longestWrite = TimeAmount.seconds(60)

    /// Ends a connect for which another one has come.
    private func supersede(_ held: HeldConnect) {
        guard case .request(let responder, _) = held.way else { return }
        responder.respond(.status(self.transport.http?.duplicateMetaConnectHttpResponseCode ?? 500))
    }

    /// Ends a connect whose session goes on elsewhere.
    private func abandon(_ held: HeldConnect) {
        guard case .request(let responder, _) = held.way else { return }
        var replies = ByteBuffer()
        held.reply.encode(into: &replies)
        responder.respond(.messages(.init(replies: replies)))
    }
}

// MARK: - What the transport and the clock tell

extension SessionState {
    /// The client of a held connect has gone away.
    func heldRequestAborted(_ responder: any RequestResponder) {
        guard case .held(let held, _) = self.connect, case .request(let current, _) = held.way, current === responder
        else { return }
        self.releaseConnect { _ in }
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

    private func deadlineReached(_ now: NIODeadline) {
        switch self.connect.deadlineReached(now: now, expiry: self.nextExpiry) {
        case .answer(let held):
            self.updateTimer()
            self.giveBackBrowserConnect(held)
            self.answer(held)
        case .expire:
            self.shard.remove(self, reason: .expired)
        case .wait, .none:
            self.updateTimer()
        }
    }

    private func updateTimer() {
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
            self.giveBackBrowserConnect(held)
            held.reply.advice = Advice(reconnect: Advice.Reconnect.none)
            self.answer(held)
        }
        self.updateTimer()
        self.timer = nil
        self.leaveBrowser()
        _ = self.queue.takeAll()
        self.hasOverflowed = true
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

    private func leaveBrowser() {
        guard let browserID = self.browserID.take() else { return }
        self.shard.core.browsers.removeSession(of: browserID)
    }
}

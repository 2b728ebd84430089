import Bayeux
import Logging
import NIOCore

// What the server sends.
extension SessionState {
    /// Appends a message to what waits for the client.
    ///
    /// - Returns: Whether the session must be put on the list of those that have something to send.
    func enqueue(_ message: OutboundMessage, from sender: ServerSession?) -> Bool {
        guard self.intake == .open else {
            self.enqueueOtherwise(message, from: sender)
            return false
        }
        return self.append(message, from: sender).isDirty
    }

    @inline(never)
    private func enqueueOtherwise(_ message: OutboundMessage, from sender: ServerSession?) {
        guard self.intake == .hooked else { return }
        self.pass(
            DeliveryLine.Delivery(
                outbound: message,
                message: message.message,
                sender: sender,
                extensions: [],
                completion: nil
            )
        )
    }

    /// Appends a message that has passed the application.
    ///
    /// - Returns: Whether it was queued, and whether the session must be put on the list of those that have something
    ///   to send.
    @inline(__always)
    func append(_ message: OutboundMessage, from sender: ServerSession?) -> (isQueued: Bool, isDirty: Bool) {
        if self.queue.byteCount &+ message.json.readableBytes > self.transport.options.maxQueueBytes
            || self.transport.options.maxQueue.map({ self.queue.count >= $0 }) ?? false
        {
            guard self.makeRoom(for: message, from: sender) else { return (false, self.becameDirty()) }
        }
        self.queue.append(message)
        if message.lazyTimeout != nil {
            self.waitLazily(for: message)
            guard self.hasEagerMessages else { return (true, false) }
        }
        self.hasEagerMessages = true
        return (true, self.becameDirty())
    }

    /// - Returns: Whether the session must be put on the list of those that have something to send.
    @inline(__always)
    func becameDirty() -> Bool {
        guard !self.isDirty else { return false }
        self.isDirty = true
        return true
    }

    /// Sends what waits, if there is a way to send it now: at the end of the tick, when the connection has room again.
    func flush() {
        self.isDirty = false
        guard self.acceptsMessages else {
            // One that has ended needs nothing more.
            guard !self.hasEnded else { return }
            self.shard.core.logger.warning("too many messages wait", metadata: ["session": "\(self.handle)"])
            self.shard.remove(self, reason: .queueOverflow)
            return
        }
        guard self.hasEagerMessages, self.batchCount == 0 else { return }
        if let link = self.link, !self.isConnectOnly {
            guard self.expectsMessages, link.takesMore else { return }
            if let connection = self.connection {
                if self.settings == nil, let only = self.queue.takeOnly() {
                    self.hasEagerMessages = false
                    connection.send(only)
                } else {
                    connection.send(self.takeQueue(), replies: ByteBuffer())
                }
            } else {
                link.send(self.takeQueue(), of: self.handle)
            }
        } else if self.link?.takesMore ?? true {
            self.releaseConnect { self.answer($0) }
        }
    }

    /// Whether the client can take messages: most expect none before the reply to their first connect.
    private var expectsMessages: Bool {
        self.hasConnected || self.transport.options.allowMessageDeliveryDuringHandshake
    }

    /// Takes the messages that leave together with the replies to a batch.
    ///
    /// - Parameters:
    ///   - origin: Where the batch came from.
    ///   - company: What is replied to.
    /// - Returns: The messages.
    func takeMessages(forAnswerTo origin: Exchange.Origin, _ company: Exchange.Company) -> MessageQueue {
        guard !self.queue.isEmpty || self.acknowledgement != nil else { return MessageQueue() }
        let mayLeave = self.expectsMessages && self.acceptsMessages && self.mayLeave(with: company)
        var messages = MessageQueue()
        switch origin {
        case .request:
            if mayLeave { messages = self.takeQueue() }
        case .link(let link):
            if mayLeave, link === self.link, link.takesMore { messages = self.takeQueue(upTo: self.longestBatch) }
        }
        if self.isReplyFirst(company) { _ = self.countBatch(messages) }
        return messages
    }

    private func mayLeave(with company: Exchange.Company) -> Bool {
        switch company {
        case .withConnect: true
        case .withHandshake: self.transport.options.allowMessageDeliveryDuringHandshake
        case .ordinary: !self.isConnectOnly && self.connectionType != .callbackPolling
        }
    }

    /// Whether a reply numbers a batch of acknowledged messages, and comes before them.
    func isReplyFirst(_ company: Exchange.Company) -> Bool {
        guard self.acknowledgement != nil else { return false }
        switch company {
        case .withConnect: return true
        case .withHandshake: return self.transport.options.allowMessageDeliveryDuringHandshake
        case .ordinary: return false
        }
    }

    /// How many bytes of messages one frame may hold together with the reply that numbers them; `nil` for any number.
    ///
    /// They must arrive or be lost together. The Java client takes frames of 8 KiB by default; `ws.messagesPerFrame` of
    /// zero lifts the limit.
    var longestBatch: Int? {
        guard self.acknowledgement != nil, self.link != nil else { return nil }
        return self.shard.core.options.webSocket.messagesPerFrame == nil ? nil : 7 << 10
    }

    /// Takes what waits out of the queue.
    ///
    /// - Parameter limit: How many bytes at most, but at least one message; `nil` for all.
    /// - Returns: The messages, as the session's listeners want them.
    func takeQueue(upTo limit: Int? = nil) -> MessageQueue {
        let messages = limit.map { self.queue.take(upTo: $0) } ?? self.queue.takeAll()
        if self.queue.isEmpty {
            self.hasEagerMessages = false
            self.isDropping = false
            if let timer = self.lazyTimer, timer.isSet { self.shard.timers.cancel(timer) }
        }
        guard let listeners = self.settings?.dequeueListeners, !listeners.isEmpty, !messages.isEmpty else {
            return messages
        }
        var list: [BayeuxMessage] = []
        var depth = 0
        messages.forEach { message in
            list.append(message.message)
            depth = max(depth, message.depth)
        }
        for listener in listeners { listener(self.handle, &list) }
        var changed = MessageQueue()
        for message in list { changed.append(OutboundMessage(message, keepsID: true, depth: depth)) }
        return changed
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
}

// MARK: - Lazy messages

extension SessionState {
    /// A lazy message waits for one that is not, for a connect's end, or for its time.
    @inline(never)
    private func waitLazily(for message: OutboundMessage) {
        let longest = TimeAmount(self.transport.options.maxLazyTimeout)
        let wait = min(message.lazyTimeout ?? longest, longest)
        guard wait > .zero else { return self.hasEagerMessages = true }
        let deadline = self.shard.timers.now + wait
        let timer = self.lazyTimer ?? TimerWheel.Timer { [unowned self] _ in self.lazyTimeIsOver() }
        self.lazyTimer = timer
        if !timer.isSet || timer.deadline > deadline { self.shard.timers.set(timer, at: deadline) }
    }

    private func lazyTimeIsOver() {
        guard !self.queue.isEmpty else { return }
        self.hasEagerMessages = true
        if !self.isDirty { self.flush() }
    }
}

// MARK: - Limits

extension SessionState {
    /// As much waits as may: does what the application or the options say.
    ///
    /// - Returns: Whether the message may be queued.
    @inline(never)
    private func makeRoom(for message: OutboundMessage, from sender: ServerSession?) -> Bool {
        switch self.overflowDecision(message, from: sender, waiting: self.queue.count, self.queue.byteCount) {
        case .keep: return true
        case .dropNewest: return false
        case .dropOldest:
            while !self.mayWait(message, behind: self.queue.count, self.queue.byteCount) { self.queue.removeFirst() }
            return true
        case .disconnect:
            self.overflow()
            return false
        }
    }

    /// Whether the limits allow a message to wait behind so many others.
    func mayWait(_ message: OutboundMessage, behind count: Int, _ byteCount: Int) -> Bool {
        let limits = self.transport.options
        return byteCount + message.json.readableBytes <= limits.maxQueueBytes
            && limits.maxQueue.map { count < $0 } ?? true
    }

    /// What is done with a message that the limits do not allow to wait; a drop is noted.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - sender: Who published or delivered it.
    ///   - count: How many messages wait already.
    ///   - byteCount: How many bytes they are.
    /// - Returns: The decision, which has been checked: what is to be kept is not beyond all measure, and there is room
    ///   for the message when older ones are dropped.
    func overflowDecision(
        _ message: OutboundMessage,
        from sender: ServerSession?,
        waiting count: Int,
        _ byteCount: Int
    ) -> QueueOverflow.Decision {
        let decision: QueueOverflow.Decision
        if self.isDecidingOverflow {
            // The listener that is asked delivers something itself.
            decision = .dropNewest
        } else if let listener = self.settings?.overflowListeners.last {
            self.isDecidingOverflow = true
            defer { self.isDecidingOverflow = false }
            let overflow = QueueOverflow(
                message: message.message,
                sender: sender,
                count: count + 1,
                byteCount: byteCount + message.json.readableBytes
            )
            decision = listener(self.handle, overflow)
            // It may have ended the session itself.
            guard !self.hasEnded else { return .dropNewest }
        } else {
            switch self.transport.options.queuePolicy {
            case .dropOldest: decision = .dropOldest
            case .dropNewest: decision = .dropNewest
            case .disconnect: decision = .disconnect
            }
        }
        switch decision {
        case .keep:
            let most = self.transport.options.maxQueueBytes.multipliedClamping(by: 4)
            return byteCount + message.json.readableBytes <= most ? .keep : .disconnect
        case .dropOldest:
            self.noteDrop()
            // A message that is too large by itself drives out no others.
            return self.mayWait(message, behind: 0, 0) ? .dropOldest : .dropNewest
        case .dropNewest:
            self.noteDrop()
            return .dropNewest
        case .disconnect:
            return .disconnect
        }
    }

    /// The session ends at the end of the tick.
    func overflow() {
        self.intake = .overflowing
        _ = self.queue.takeAll()
    }

    /// Messages are dropped; said once until everything has been sent again.
    private func noteDrop() {
        guard !self.isDropping else { return }
        self.isDropping = true
        self.shard.core.logger.warning("messages are dropped", metadata: ["session": "\(self.handle)"])
    }
}

extension Int {
    /// The product, or the largest number when it does not fit.
    fileprivate func multipliedClamping(by factor: Int) -> Int {
        let (product, isTooLarge) = self.multipliedReportingOverflow(by: factor)
        return isTooLarge ? .max : product
    }
}

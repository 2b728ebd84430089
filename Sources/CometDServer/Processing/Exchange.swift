import Bayeux
import DequeModule
import Logging
import NIOCore

/// The processing of one batch of messages: each goes through CometD's steps in order, then the replies are sent.
///
/// A step that has nothing to ask runs straight through. One that calls the application is run in a task on the same
/// event loop; if it suspends, this exchange waits for it, later batches of the same session wait behind it, and
/// everything else goes on. Confined to its shard's event loop.
///
/// - SeeAlso: CometD 3.1.14, `BayeuxServerImpl.handle`; REQUIREMENTS S3.
final class Exchange {
    /// Where the batch came from, and its answer goes.
    enum Origin {
        case request(any RequestResponder)
        case link(PushLink)
    }

    /// What is done next with the current message, in CometD's order.
    enum Step {
        case validation
        case incomingExtensions
        case sessionCheck
        /// Handshake: ask the policy, make the session.
        case handshakePolicy
        case handshake
        case connect
        case disconnect
        /// Subscribe: for each channel, may it be created, may it be subscribed to.
        case nextSubscription
        case subscriptionCreation
        case subscriptionPolicy
        case subscription
        case unsubscription
        /// Publish: may the channel be created, may it be published to, what do listeners say.
        case publishCreation
        case publishPolicy
        case publishBacklog
        case listeners
        case broadcastExtensions
        case fanOut
        /// The reply is ready: extensions see it, then it is encoded.
        case replyExtensions
        case reply
    }

    let shard: ShardState
    let origin: Origin
    let batch: InboundBatch
    /// The session of the batch, told by its first message; a handshake sets it.
    var session: SessionState?

    /// The message that is being processed.
    var message: BayeuxMessage
    var messageReply: Reply
    /// The channel of the message, when it is legal.
    var channelName = ""
    var channel: ShardChannel?
    var newSession: SessionState?
    /// The channels to subscribe to that are left, in reverse order.
    var subscriptions: [ChannelID] = []
    /// What an asynchronous step found out.
    var isAllowed = true
    /// Whether the message is a connect that is held instead of being replied to.
    var isHeld = false

    private var step = Step.validation
    private var index = 0
    private var replies = ByteBuffer()
    private var replyMessage: BayeuxMessage?
    private var hasConnectReply = false
    var newBrowserID: String?
    private var isRunning = false
    private var isWaiting = false
    private var processingTimer: TimerWheel.Timer?

    init(_ batch: InboundBatch, origin: Origin, session: SessionState?, shard: ShardState) {
        self.batch = batch
        self.origin = origin
        self.session = session
        self.shard = shard
        let message = BayeuxMessage(batch.bytes, batch.envelopes[0])
        self.message = message
        self.messageReply = Reply(to: message)
    }

    /// Processes until the batch is done or a step has to wait.
    func run() {
        guard !self.isRunning else { return }
        self.isRunning = true
        defer { self.isRunning = false }
        self.shard.refreshHooks()
        while !self.isWaiting {
            guard self.advance() else {
                self.finish()
                return
            }
        }
    }

    /// Does the next step.
    ///
    /// - Returns: `false` when the last message has been replied to.
    private func advance() -> Bool {
        switch self.step {
        case .validation: self.step = self.validate()
        case .incomingExtensions: self.step = self.passIncomingExtensions()
        case .sessionCheck: self.step = self.checkSession()
        case .handshakePolicy: self.step = self.askHandshakePolicy()
        case .handshake: self.step = self.handshake()
        case .connect: self.step = self.connect()
        case .disconnect: self.step = self.disconnect()
        case .nextSubscription: self.step = self.nextSubscription()
        case .subscriptionCreation: self.step = self.askSubscriptionCreation()
        case .subscriptionPolicy: self.step = self.askSubscriptionPolicy()
        case .subscription: self.step = self.subscribe()
        case .unsubscription: self.step = self.unsubscribe()
        case .publishCreation: self.step = self.askPublishCreation()
        case .publishPolicy: self.step = self.askPublishPolicy()
        case .publishBacklog: self.step = self.waitForBacklog()
        case .listeners: self.step = self.callListeners()
        case .broadcastExtensions: self.step = self.passBroadcastExtensions()
        case .fanOut: self.step = self.fanOut()
        case .replyExtensions: self.step = self.passReplyExtensions()
        case .reply: return self.writeReply()
        }
        return true
    }

    /// Runs something asynchronous; the step that follows comes when it has ended.
    func await(_ hook: @escaping @Sendable (NIOLoopBound<Exchange>) async -> Void) {
        self.isWaiting = true
        let exchange = NIOLoopBound(self, eventLoop: self.shard.eventLoop)
        self.shard.shard.executor.start {
            await hook(exchange)
            exchange.value.resume()
        }
        // Only for a hook that has suspended.
        if self.isWaiting { self.limitProcessing() }
    }

    /// Ends the session when the application takes longer over one message than `maxProcessing`.
    private func limitProcessing() {
        guard let session = self.session, let limit = session.transport.options.maxProcessing else { return }
        let timer = TimerWheel.Timer { [unowned self] _ in
            self.shard.core.logger.error("a hook takes too long", metadata: ["session": "\(session.handle)"])
            self.shard.remove(session, reason: .processingTimeout)
        }
        self.processingTimer = timer
        self.shard.timers.set(timer, in: TimeAmount(limit))
    }

    private func resume() {
        self.isWaiting = false
        if let timer = self.processingTimer.take() { self.shard.timers.cancel(timer) }
        self.run()
    }

    /// Comes back to the same step a little later.
    func retryLater(_ step: Step) -> Step {
        self.isWaiting = true
        let exchange = NIOLoopBound(self, eventLoop: self.shard.eventLoop)
        _ = self.shard.eventLoop.scheduleTask(in: .milliseconds(1)) { exchange.value.resume() }
        return step
    }

    /// The session has ended before this batch was processed: its messages are answered as an unknown session's.
    func sessionEnded() {
        self.session = nil
        self.run()
    }

    /// Goes on to the reply, with an error.
    func refuse(_ code: BayeuxError.Code, reason: String = "") -> Step {
        self.messageReply.error = BayeuxError(code, reason: reason).text(in: self.shard.core.options.errorDialect)
        self.isAllowed = true
        return .replyExtensions
    }

    /// Goes on to the reply, with a denial of the security policy.
    func deny(_ code: BayeuxError.Code) -> Step {
        self.refuse(code, reason: "denied_by_security_policy")
    }

    /// Why a channel was not created although the policy allows it.
    static let tooManyChannels = "too_many_channels"
}

// MARK: - Replies

extension Exchange {
    private func passReplyExtensions() -> Step {
        guard !self.isHeld, !self.shard.hooks.extensions.isEmpty else { return .reply }
        self.replyMessage = self.messageReply.message
        let extensions = self.shard.hooks.extensions
        let receiver = (self.session ?? self.newSession)?.handle
        self.await { exchange in
            var message = exchange.value.replyMessage ?? BayeuxMessage(channel: "")
            let passes = await Self.passOutgoing(&message, to: receiver, extensions, exchange.value.shard.core.logger)
            exchange.value.replyMessage = passes ? message : nil
            exchange.value.isAllowed = passes
        }
        return .reply
    }

    /// Appends the reply to those that leave together, and turns to the next message.
    ///
    /// - Returns: `false` when there is none.
    private func writeReply() -> Bool {
        if !self.isHeld, self.isAllowed || self.replyMessage != nil {
            if self.replies.readableBytes > 0 {
                self.replies.writeStaticString(",")
            } else {
                self.replies.reserveCapacity(Self.usualReply * self.batch.envelopes.count)
            }
            if let message = self.replyMessage {
                message.encode(into: &self.replies)
            } else {
                self.messageReply.encode(into: &self.replies)
            }
        }
        self.index += 1
        guard self.index < self.batch.envelopes.count else { return false }
        let message = BayeuxMessage(self.batch.bytes, self.batch.envelopes[self.index])
        self.message = message
        self.messageReply = Reply(to: message)
        self.replyMessage = nil
        self.isAllowed = true
        self.isHeld = false
        self.channel = nil
        self.step = .validation
        return true
    }

    /// How many bytes to make room for at first, for each reply of a batch.
    private static let usualReply = 96

    /// A connect is answered with this batch: waiting messages may go along.
    func noteConnectReply() { self.hasConnectReply = true }

    /// Sends what has come together and lets the session's next batch begin.
    private func finish() {
        switch self.origin {
        case .request(let responder):
            if !self.isHeld || self.replies.readableBytes > 0 { self.answer(responder) }
        case .link(let link):
            let messages =
                self.session?.takeMessages(forAnswerTo: self.origin, isConnect: self.hasConnectReply) ?? MessageQueue()
            if !messages.isEmpty || self.replies.readableBytes > 0 { link.send(messages, replies: self.replies) }
            link.batchEnded()
        }
        if let session = self.session { self.leave(session) }
    }

    /// Lets the next batch of a session begin, when this one was its current one.
    func leave(_ session: SessionState) {
        guard session.activeExchange === self else { return }
        session.activeExchange = session.inbox.popFirst()
        guard let next = session.activeExchange else { return }
        // Not from here: a long inbox would become a deep recursion.
        let exchange = NIOLoopBound(next, eventLoop: self.shard.eventLoop)
        self.shard.eventLoop.execute { exchange.value.run() }
    }

    private func answer(_ responder: any RequestResponder) {
        var answer = RequestAnswer.Messages(replies: self.replies, newBrowserID: self.newBrowserID)
        guard let session = self.session else {
            responder.respond(.messages(answer))
            return
        }
        answer.deliveries = session.takeMessages(forAnswerTo: self.origin, isConnect: self.hasConnectReply)
        session.respond(answer, to: responder)
    }
}

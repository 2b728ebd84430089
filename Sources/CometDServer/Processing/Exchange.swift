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

    /// A session that is being made, and what the policy has answered to its handshake.
    final class PendingHandshake {
        let session: SessionState
        var answer = HandshakeAnswer.welcome()

        init(_ session: SessionState) { self.session = session }
    }

    /// What is done next with the current message, in CometD's order.
    enum Step {
        case validation
        case incomingExtensions
        case sessionCheck
        /// Meta channels: their listeners have been asked.
        case metaHandler
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

    // What the steps touch is unchecked: no two of their short accesses overlap, and the checks would be a seventh of a
    // publish's cost.
    let shard: ShardState
    let origin: Origin
    let batch: InboundBatch
    /// The session of the batch, told by its first message; a handshake sets it.
    @exclusivity(unchecked) var session: SessionState?

    /// The message that is being processed.
    @exclusivity(unchecked) var message: BayeuxMessage
    @exclusivity(unchecked) var messageReply: Reply
    /// The channel of the message, when it is legal.
    @exclusivity(unchecked) var channelName = ""
    @exclusivity(unchecked) var channel: ShardChannel?
    /// The session that a handshake is about to make.
    @exclusivity(unchecked) var pending: PendingHandshake?
    /// The channels to subscribe to that are left, in reverse order.
    @exclusivity(unchecked) var subscriptions: [ChannelID] = []
    /// What listeners and extensions have said about the message.
    @exclusivity(unchecked) var isAllowed = true
    /// Why the policy or an authorizer is against what the message wants; `nil` when it is allowed.
    @exclusivity(unchecked) var reasonAgainst: String?
    /// Whether the message is a connect that is held instead of being replied to.
    @exclusivity(unchecked) var isHeld = false

    @exclusivity(unchecked) private var step = Step.validation
    @exclusivity(unchecked) private var index = 0
    @exclusivity(unchecked) private var replies = ByteBuffer()
    @exclusivity(unchecked) private var replyMessage: BayeuxMessage?
    @exclusivity(unchecked) var company = Company.ordinary
    @exclusivity(unchecked) var newBrowserID: String?
    @exclusivity(unchecked) private var isRunning = false
    @exclusivity(unchecked) private var isWaiting = false
    /// Whether a hook took too long: the messages that are left are answered without asking anyone.
    @exclusivity(unchecked) private(set) var isGivenUp = false

    init(_ batch: InboundBatch, origin: Origin, session: SessionState?, shard: ShardState) {
        self.batch = batch
        self.origin = origin
        self.session = session
        self.shard = shard
        self.message = batch.message(0)
        self.messageReply = Reply(to: self.message)
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
        case .metaHandler: self.step = self.handleMeta()
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
    ///
    /// When it takes longer than `maxProcessing` the session ends, and the message is answered as an unknown session's.
    ///
    /// - Parameters:
    ///   - hook: What the application is asked, in a task on the event loop.
    ///   - apply: Takes the outcome over.
    func await<Value: Sendable>(
        _ hook: @escaping @Sendable () async -> Value,
        then apply: @escaping (Exchange, Value) -> Void
    ) {
        self.isWaiting = true
        let transport = self.session?.transport ?? self.shard.core.transport(self.batch.connectionType)
        self.shard.run(depth: self.batch.depth + 1, limit: transport.options.maxProcessing, hook) { value in
            // Only one who has waited comes here while the exchange does not run.
            if !self.isRunning { self.renewChannel() }
            if let value { apply(self, value) } else { self.giveUp() }
            self.isWaiting = false
            self.run()
        }
    }

    /// The channel of the message may have been swept and made anew while the application was asked.
    private func renewChannel() {
        guard let known = self.channel, !known.channel.exists,
            let renewed = self.shard.channel(named: known.channel.id.name)
        else { return }
        self.channel = renewed
    }

    /// The application takes too long over the message.
    private func giveUp() {
        let session = self.session ?? self.pending?.session
        self.shard.core.logger.error(
            "a hook takes too long",
            metadata: ["session": "\(session?.handle.description ?? "")", "channel": "\(self.channelName)"]
        )
        self.isGivenUp = true
        self.isAllowed = true
        self.isHeld = false
        self.replyMessage = nil
        if case .handshake = self.step {
            self.abandonHandshake()
            _ = self.refuse(.handshakeFailed)
        } else if self.channelName == "/meta/handshake", self.messageReply.handshake == nil {
            _ = self.refuse(.handshakeFailed)
        } else if self.messageReply.handshake != nil {
            // An extension keeps the reply: the session that it would have told of ends.
            self.messageReply.handshake?.clientID = nil
            self.messageReply.advice = nil
            _ = self.refuse(.handshakeFailed)
        } else {
            _ = self.refuseUnknownSession()
        }
        if let session = self.session { self.shard.remove(session, reason: .processingTimeout) }
        self.step = .reply
    }

    /// Comes back to the same step a little later.
    func retryLater(_ step: Step) -> Step {
        self.isWaiting = true
        let exchange = NIOLoopBound(self, eventLoop: self.shard.eventLoop)
        _ = self.shard.eventLoop.scheduleTask(in: .milliseconds(1)) {
            exchange.value.isWaiting = false
            exchange.value.run()
        }
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

    /// Goes on to the reply of a message whose session does not exist, or no more; connects are told what to do next.
    func refuseUnknownSession() -> Step {
        if self.channelName == "/meta/connect" {
            self.messageReply.advice = Advice(reconnect: .handshake, interval: .zero)
        }
        return self.refuse(.sessionUnknown)
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
        guard !self.isHeld, !self.isGivenUp else { return .reply }
        let own = (self.session ?? self.pending?.session)?.settings?.outgoing
        guard self.shard.hooks.hasOutgoing || own != nil else { return .reply }
        let isMeta = self.channelName.hasPrefix("/meta/")
        let request = self.message
        let hasExt = request[.ext] != nil || self.messageReply.ext != nil
        let extensions =
            self.shard.hooks.outgoing.extensions(isMeta: isMeta, hasExt: hasExt)
            + (own?.extensions(isMeta: isMeta, hasExt: hasExt) ?? [])
        guard !extensions.isEmpty else { return .reply }
        var reply = self.messageReply.message
        reply.origin = ReplyOrigin(request)
        let (message, logger) = (reply, self.shard.core.logger)
        let receiver = (self.session ?? self.pending?.session)?.handle
        self.await {
            var message = message
            let passes = await extensions.passOutgoing(&message, to: receiver, from: nil, logger)
            return passes ? message : nil
        } then: { exchange, message in
            exchange.replyMessage = message
            exchange.isAllowed = message != nil
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
        self.message = self.batch.message(self.index)
        self.messageReply = Reply(to: self.message)
        self.replyMessage = nil
        self.isAllowed = true
        self.reasonAgainst = nil
        self.isHeld = false
        self.channel = nil
        self.step = .validation
        return true
    }

    /// How many bytes to make room for at first, for each reply of a batch.
    private static let usualReply = 96

    /// Which of the session's messages may go along with the replies.
    enum Company {
        /// Those that may ride on any reply.
        case ordinary
        /// All: a connect is answered.
        case withConnect
        /// Those that ride on the reply to a handshake, if the options allow it.
        case withHandshake
    }

    /// Sends what has come together and lets the session's next batch begin.
    private func finish() {
        switch self.origin {
        case .request(let responder):
            if !self.isHeld || self.replies.readableBytes > 0 { self.answer(responder) }
        case .link(let link):
            let messages = self.session?.takeMessages(forAnswerTo: self.origin, self.company) ?? MessageQueue()
            if !messages.isEmpty || self.replies.readableBytes > 0 {
                let isReplyFirst = self.session?.isReplyFirst(self.company) ?? false
                link.send(messages, replies: self.replies, repliesFirst: isReplyFirst)
            }
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
        answer.deliveries = session.takeMessages(forAnswerTo: self.origin, self.company)
        answer.hasRepliesFirst = session.isReplyFirst(self.company)
        session.respond(answer, to: responder)
    }
}

import Bayeux
import Logging
import NIOCore
import Synchronization

// What the client does.
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
        if !self.isLocal { self.transport = self.shard.core.transport(.webSocket) }
        // A connect that the old way holds is answered there or never.
        self.releaseConnect { self.abandon($0) }
        previous?.close(code: 1000, reason: "Cancel")
        link.sessionChanged(to: self.handle)
    }

    /// A connect has arrived.
    ///
    /// - Parameters:
    ///   - connect: The connect.
    ///   - reply: Its successful reply.
    ///   - advice: What the client asked for with it.
    ///   - way: Where its answer goes; `nil` when it must not be held, because other messages came with it.
    ///   - isHTTP2: Whether it came over HTTP/2.
    /// - Returns: Whether the connect is held; otherwise the reply is to be sent at once. A listener that is told of
    ///   the end of an earlier connect may have ended the session.
    func connectReceived(
        _ connect: BayeuxMessage,
        _ reply: inout Reply,
        advice: Advice?,
        way: HeldConnect.Way?,
        isHTTP2: Bool
    ) -> Bool {
        self.connectCount &+= 1
        let wasConnected = self.hasConnected
        if !wasConnected {
            self.hasConnected = true
            self.handle.note(.connected)
        }
        if let link = self.link, case .request = way {
            // The client went back to HTTP.
            self.link = nil
            link.close(code: 1000, reason: "Cancel")
        }
        if advice != nil || self.advisedType != self.connectionType { self.advise(&reply) }
        self.transientInterval = advice?.interval.flatMap {
            $0 >= .zero ? TimeAmount(min($0, Self.longestInterval)) : nil
        }
        self.releaseConnect { self.supersede($0) }
        guard !self.hasEnded else { return false }
        let timeout = advice?.timeout.flatMap { $0 >= .zero ? $0 : nil } ?? self.timeout
        guard let way, !self.hasMessages(for: way) else {
            self.answeredAtOnce(&reply)
            return false
        }
        // CometD asks for all connects that could be held, also for those that turn out to be answered at once.
        guard self.takeBrowserConnect(way, isHTTP2: isHTTP2) else {
            self.adviseToPoll(&reply)
            self.answeredAtOnce(&reply)
            return false
        }
        guard wasConnected, timeout > .zero, !self.shard.core.isDraining.load(ordering: .relaxed) else {
            self.giveBackBrowserConnect(way)
            self.answeredAtOnce(&reply)
            return false
        }
        reply.detach()
        // Who sees the reply may want to know the request's extensions.
        let isSeen = self.shard.hooks.hasOutgoing || self.settings?.outgoing != nil
        self.connect.connectHeld(
            HeldConnect(reply: reply, way: way, requestExt: isSeen ? connect.ext?.detached : nil),
            until: self.shard.timers.now + TimeAmount(timeout)
        )
        self.updateTimer()
        self.settings?.forEachListener { if case .held(let body) = $0 { body(self.handle, timeout) } }
        // Last, because a client that has left already makes it a release.
        if case .request(let responder, _) = way { responder.held(by: self.handle) }
        return true
    }

    /// A connect is not held: its answer leaves with the batch.
    private func answeredAtOnce(_ reply: inout Reply) {
        self.clientSeen()
        // The batch that its messages will be counted as when they leave, behind the reply.
        if let last = self.acknowledgement?.lastBatch { reply.addExt("ack", JSONBytes(.number(JSONNumber(last + 1)))) }
    }

    /// For how long a client may ask not to be missed between two connects.
    ///
    /// Our own limit.
    private static let longestInterval = Duration.seconds(3600)

    /// Puts the session's advice into a reply.
    func advise(_ reply: inout Reply) {
        let options = self.transport.options
        self.advisedType = self.connectionType
        reply.advice = Advice(
            reconnect: .retry,
            interval: self.interval,
            timeout: self.timeout,
            maxInterval: options.handshakeReconnect ? self.maxInterval : nil
        )
    }

    /// Takes one of the connects that the session's browser may have held, if it has a browser.
    private func takeBrowserConnect(_ way: HeldConnect.Way, isHTTP2: Bool) -> Bool {
        guard case .request(_, let browser?) = way else { return true }
        let http = self.transport.http
        let limit = isHTTP2 ? http?.http2MaxSessionsPerBrowser : http?.maxSessionsPerBrowser
        return browser.takeConnect(limit: limit)
    }

    /// Other sessions of the browser hold as many connects as it may have; this one polls meanwhile.
    private func adviseToPoll(_ reply: inout Reply) {
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
        // The client must hear of it when its connects are held again.
        self.advisedType = nil
    }

    /// Whether messages wait that must go with the answer to a connect.
    private func hasMessages(for way: HeldConnect.Way) -> Bool {
        switch way {
        case .request: self.hasEagerMessages
        case .link: self.hasEagerMessages && self.isConnectOnly && self.link?.takesMore ?? false
        }
    }
}

// How a held connect ends.
extension SessionState {
    /// Takes the held connect, if there is one, and gives back what it holds of its browser.
    func releaseConnect(_ body: (HeldConnect) -> Void) {
        guard let held = self.connect.connectReleased(expiry: self.nextExpiry) else { return }
        self.updateTimer()
        self.giveBackBrowserConnect(held.way)
        body(held)
        // Behind the answer: whoever is told may end the session.
        self.tellReleased(isTimeOver: false)
    }

    /// Tells listeners that a connect is no longer held.
    func tellReleased(isTimeOver: Bool) {
        self.settings?.forEachListener { if case .released(let body) = $0 { body(self.handle, isTimeOver) } }
    }

    func giveBackBrowserConnect(_ way: HeldConnect.Way) {
        if case .request(_, let browser?) = way { browser.releaseConnect() }
    }

    /// Answers a connect with all that waits, when extensions have seen the reply.
    ///
    /// - Parameters:
    ///   - held: The connect.
    ///   - takesMessages: Whether messages go along.
    func answer(_ held: HeldConnect, takingMessages takesMessages: Bool = true) {
        let link = self.link
        self.shard.refreshHooks()
        let extensions = self.extensions(for: held)
        guard !extensions.isEmpty else {
            return self.send(held.way, over: link, takingMessages: takesMessages) { batch in
                var reply = held.reply
                if let batch { reply.addExt("ack", JSONBytes(.number(JSONNumber(batch)))) }
                var replies = ByteBuffer()
                reply.encode(into: &replies)
                return replies
            }
        }
        var message = held.reply.message
        message.origin = ReplyOrigin(held.request)
        let (reply, handle, logger) = (message, self.handle, self.shard.core.logger)
        let connectCount = self.connectCount
        self.shard.run(depth: 1, limit: self.transport.options.maxProcessing) { () -> BayeuxMessage? in
            var reply = reply
            return await extensions.passOutgoing(&reply, to: handle, from: nil, logger) ? reply : nil
        } then: { (outcome: BayeuxMessage??) in
            if outcome == nil { logger.error("a hook takes too long", metadata: ["session": "\(handle)"]) }
            // Another connect has come while extensions looked at the reply: messages leave with its answer.
            guard connectCount == self.connectCount else { return self.supersede(held) }
            let message = outcome ?? reply
            self.send(held.way, over: link, takingMessages: takesMessages) { batch in
                guard var message else { return ByteBuffer() }
                if let batch { message.addExt("ack", JSONBytes(.number(JSONNumber(batch)))) }
                var replies = ByteBuffer()
                message.encode(into: &replies)
                return replies
            }
        }
    }

    /// The extensions that want to see the reply to a connect.
    private func extensions(for held: HeldConnect) -> [any BayeuxExtension] {
        guard self.shard.hooks.hasOutgoing || self.settings?.outgoing != nil else { return [] }
        let hasExt = held.requestExt != nil || held.reply.ext != nil
        return self.shard.hooks.outgoing.extensions(isMeta: true, hasExt: hasExt)
            + (self.settings?.outgoing?.extensions(isMeta: true, hasExt: hasExt) ?? [])
    }

    /// Sends the answer to a connect.
    ///
    /// - Parameters:
    ///   - way: Where it goes.
    ///   - link: The WebSocket that the connect was held for.
    ///   - takesMessages: Whether messages go along.
    ///   - reply: Makes the encoded reply, with the number of the batch of messages, if they are acknowledged.
    private func send(
        _ way: HeldConnect.Way,
        over link: PushLink?,
        takingMessages takesMessages: Bool,
        _ reply: (Int?) -> ByteBuffer
    ) {
        let isFirst = self.isReplyFirst(.withConnect)
        switch way {
        case .request(let responder, _):
            let messages = takesMessages ? self.takeQueue() : MessageQueue()
            let replies = reply(takesMessages ? self.countBatch(messages) : nil)
            self.respond(.init(deliveries: messages, replies: replies, hasRepliesFirst: isFirst), to: responder)
        case .link:
            guard let link else { return }
            let mayTake = takesMessages && link.takesMore && (self.link === link || self.hasEnded)
            let messages = mayTake ? self.takeQueue(upTo: self.longestBatch) : MessageQueue()
            link.send(messages, replies: reply(self.countBatch(messages)), repliesFirst: isFirst)
        }
    }

    /// Ends a connect for which another one has come.
    func supersede(_ held: HeldConnect) {
        guard case .request(let responder, _) = held.way else { return }
        responder.respond(.status(self.transport.http?.duplicateMetaConnectHttpResponseCode ?? 500))
    }

    /// Ends a connect whose session goes on elsewhere.
    func abandon(_ held: HeldConnect) {
        guard case .request = held.way else { return }
        self.answer(held, takingMessages: false)
    }

    /// The client of a held connect has gone away.
    func heldRequestAborted(_ responder: any RequestResponder) {
        guard case .held(let held, _) = self.connect, case .request(let current, _) = held.way, current === responder
        else { return }
        self.releaseConnect { _ in }
    }

    func deadlineReached(_ now: NIODeadline) {
        switch self.connect.deadlineReached(now: now, expiry: self.nextExpiry) {
        case .answer(let held):
            self.updateTimer()
            self.giveBackBrowserConnect(held.way)
            self.answer(held)
            self.tellReleased(isTimeOver: true)
        case .expire:
            self.shard.remove(self, reason: .expired)
        case .wait, .none:
            self.updateTimer()
        }
    }
}

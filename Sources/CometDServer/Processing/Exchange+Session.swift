import Bayeux
import Logging
import NIOCore
import Synchronization

// Handshake, connect and disconnect.
extension Exchange {
    /// Makes the session that the handshake asks for, and asks the policy about it.
    func askHandshakePolicy() -> Step {
        self.messageReply.handshake = Reply.Handshake(
            clientID: nil,
            supportedConnectionTypes: self.shard.core.allowedTransports
        )
        guard self.batch.envelopes.count == 1 else { return self.refuseHandshake(.handshakeFailed) }
        guard self.offersOurTransports else { return self.refuseHandshake(.transportUnsupported) }
        let count = self.shard.core.sessionCount.add(1, ordering: .relaxed).newValue
        guard count <= self.shard.core.options.maxSessions, !self.shard.core.isDraining.load(ordering: .relaxed) else {
            self.shard.core.sessionCount.subtract(1, ordering: .relaxed)
            return self.refuseForNow()
        }
        let session = self.makeSession()
        self.pending = PendingHandshake(session)
        guard let policy = self.shard.hooks.securityPolicy else { return .handshake }
        let (message, handle, logger) = (self.message, session.handle, self.shard.core.logger)
        self.await {
            do {
                return try await policy.answer(to: message, from: handle)
            } catch {
                logger.error(
                    "the security policy failed",
                    metadata: ["channel": "/meta/handshake", "error": "\(error)"]
                )
                return .refused()
            }
        } then: { exchange, answer in
            exchange.pending?.answer = answer
        }
        return .handshake
    }

    /// Whether one of the client's transports is ours; a client that names none takes what there is.
    private var offersOurTransports: Bool {
        guard let types = self.message[.supportedConnectionTypes], types.kind == .array else { return true }
        let names = types.elements().compactMap(\.stringValue)
        return names.isEmpty || self.shard.core.allowedTransports.contains { names.contains($0.rawValue) }
    }

    private func makeSession() -> SessionState {
        SessionState(
            id: (self.batch.localHint.map { $0 + "_" } ?? "") + SessionID.make(shard: self.shard.shard.index),
            shard: self.shard,
            transport: self.batch.localHint != nil
                ? self.shard.core.local : self.shard.core.transport(self.batch.connectionType),
            userAgent: self.batch.context.headers("user-agent").first,
            isLocal: self.batch.localHint != nil
        )
    }

    /// The server is full or ends: another one, or this one later, may be of more use.
    private func refuseForNow() -> Step {
        self.messageReply.advice = Advice(reconnect: .handshake, interval: .seconds(10))
        return self.refuse(.handshakeFailed)
    }

    private func refuseHandshake(_ code: BayeuxError.Code) -> Step {
        self.messageReply.advice = Advice(reconnect: Advice.Reconnect.none)
        return self.refuse(code)
    }

    /// The session begins, if it may.
    func handshake() -> Step {
        guard let pending = self.pending else { return self.refuseHandshake(.handshakeFailed) }
        let (session, answer) = (pending.session, pending.answer)
        // The policy may have taken its time.
        guard !self.shard.core.isDraining.load(ordering: .relaxed) else {
            self.abandonHandshake()
            return self.refuseForNow()
        }
        self.messageReply.ext = answer.ext.map { JSONBytes(.object($0)) }
        guard answer.isWelcome else {
            self.abandonHandshake()
            let step = self.refuseHandshake(.handshakeDenied)
            if let advice = answer.advice { self.messageReply.advice = advice }
            if let error = answer.error { self.messageReply.error = error }
            return step
        }
        self.negotiateAcknowledgement(session)
        self.begin(session)
        self.messageReply.handshake?.clientID = session.id
        session.advise(&self.messageReply)
        if let advice = answer.advice { self.messageReply.advice = advice }
        self.company = .withHandshake
        return .replyExtensions
    }

    /// The session that the handshake was to make never begins.
    func abandonHandshake() {
        guard let session = self.pending.take()?.session else { return }
        self.shard.core.sessionCount.subtract(1, ordering: .relaxed)
        session.discard()
    }

    private func begin(_ session: SessionState) {
        switch self.origin {
        case .request:
            let (browser, isNew) = self.shard.core.browsers.addSession(cookie: self.batch.browserID)
            session.browser = browser
            if isNew { self.newBrowserID = browser.id }
        case .link(let link):
            session.bind(to: link)
        }
        self.shard.add(session, handshake: self.message)
        // The rest of the batch, if there were one, and the next batches of a WebSocket are the new session's.
        if let previous = self.session { self.leave(previous) }
        self.session = session
        if !session.isLocal { session.activeExchange = self }
        self.shard.core.logger.debug(
            "session began",
            metadata: ["session": "\(session.handle)", "transport": "\(self.batch.connectionType.rawValue)"]
        )
    }

    /// Holds the connect, or answers it at once.
    func connect() -> Step {
        guard let session = self.session else { return self.refuse(.sessionUnknown) }
        let way: HeldConnect.Way?
        switch self.origin {
        case .request(let responder):
            // Held requests are alone: the replies to other messages must not wait.
            way = self.batch.envelopes.count == 1 ? .request(responder, of: session.browser) : nil
        case .link(let link):
            // One that broke off meanwhile holds nothing.
            way = session.link === link ? .link : nil
        }
        let advice = self.message[.advice].flatMap(Advice.init(ofConnect:))
        // One from a WebSocket that another way has displaced may be older than what that way has brought: what it says
        // would have messages sent again that have arrived.
        if !self.isDisplaced(session) { session.acknowledged(self.message) }
        guard !session.hasEnded, !session.owesAcknowledgements else {
            self.shard.remove(session, reason: .queueOverflow)
            return self.refuseUnknownSession()
        }
        self.isHeld = session.connectReceived(
            self.message,
            &self.messageReply,
            advice: advice,
            way: way,
            isHTTP2: self.batch.isHTTP2
        )
        guard !self.isHeld else { return .reply }
        guard !session.hasEnded else { return self.refuseUnknownSession() }
        self.company = .withConnect
        return .replyExtensions
    }

    /// Whether the batch comes from a WebSocket that is not the session's any more.
    private func isDisplaced(_ session: SessionState) -> Bool {
        guard case .link(let link) = self.origin else { return false }
        return session.link !== link
    }

    /// Ends the session at the client's wish.
    func disconnect() -> Step {
        guard let session = self.session else { return self.refuse(.sessionUnknown) }
        self.shard.remove(session, reason: .disconnected, message: self.message)
        return .replyExtensions
    }
}

import Bayeux
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
    ///   - isHTTP2: Whether it came over HTTP/2.
    /// - Returns: Whether the connect is held; otherwise the reply is to be sent at once.
    func connectReceived(_ reply: inout Reply, advice: Advice?, way: HeldConnect.Way?, isHTTP2: Bool) -> Bool {
        let wasConnected = self.hasConnected
        self.hasConnected = true
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
        let timeout = advice?.timeout.flatMap { $0 >= .zero ? $0 : nil } ?? self.transport.options.timeout
        guard let way, !self.hasMessages(for: way) else {
            self.clientSeen()
            return false
        }
        // CometD asks for all connects that could be held, also for those that turn out to be answered at once.
        guard self.takeBrowserConnect(way, isHTTP2: isHTTP2) else {
            self.adviseToPoll(&reply)
            return false
        }
        guard wasConnected, timeout > .zero, !self.shard.core.isDraining.load(ordering: .relaxed) else {
            self.giveBackBrowserConnect(way)
            self.clientSeen()
            return false
        }
        reply.detach()
        self.connect.connectHeld(
            HeldConnect(reply: reply, way: way),
            until: self.shard.timers.now + TimeAmount(timeout)
        )
        self.updateTimer()
        // Last, because a client that has left already makes it a release.
        if case .request(let responder, _) = way { responder.held(by: self.handle) }
        return true
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
            interval: options.interval,
            timeout: options.timeout,
            maxInterval: options.handshakeReconnect ? options.maxInterval : nil
        )
    }

    /// Takes one of the connects that the session's browser may have held, if it has a browser.
    private func takeBrowserConnect(_ way: HeldConnect.Way, isHTTP2: Bool) -> Bool {
        guard case .request(_, let browserID?) = way else { return true }
        let http = self.transport.http
        let limit = isHTTP2 ? http?.http2MaxSessionsPerBrowser : http?.maxSessionsPerBrowser
        return self.shard.core.browsers.takeConnect(of: browserID, limit: limit)
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
        self.clientSeen()
        // The client must hear of it when its connects are held again.
        self.advisedType = nil
    }

    /// Whether messages wait that must go with the answer to a connect.
    private func hasMessages(for way: HeldConnect.Way) -> Bool {
        switch way {
        case .request: !self.queue.isEmpty
        case .link: !self.queue.isEmpty && self.transport.options.metaConnectDeliverOnly
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
    }

    func giveBackBrowserConnect(_ way: HeldConnect.Way) {
        if case .request(_, let browserID?) = way { self.shard.core.browsers.releaseConnect(of: browserID) }
    }

    /// Answers a connect with all that waits.
    func answer(_ held: HeldConnect) {
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

    /// Ends a connect for which another one has come.
    func supersede(_ held: HeldConnect) {
        guard case .request(let responder, _) = held.way else { return }
        responder.respond(.status(self.transport.http?.duplicateMetaConnectHttpResponseCode ?? 500))
    }

    /// Ends a connect whose session goes on elsewhere.
    func abandon(_ held: HeldConnect) {
        guard case .request(let responder, _) = held.way else { return }
        var replies = ByteBuffer()
        held.reply.encode(into: &replies)
        responder.respond(.messages(.init(replies: replies)))
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
        case .expire:
            self.shard.remove(self, reason: .expired)
        case .wait, .none:
            self.updateTimer()
        }
    }
}

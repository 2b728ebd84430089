import Bayeux
import NIOCore

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

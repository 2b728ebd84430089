import Bayeux
import DequeModule
import NIOCore

// Where batches and the server's own messages enter.
extension ShardState {
    /// How many batches of one session may wait while an earlier one is being processed.
    ///
    /// Our own limit, for HTTP, where every connection can bring one more; they are answered with 503.
    private static let longestInbox = 64

    /// Processes a batch, after those of the same session that came before it.
    func process(_ batch: InboundBatch, from origin: Exchange.Origin, bound: ServerSession?) {
        let boundSession = bound.flatMap { self.session($0.id) }
        if bound != nil, boundSession == nil, case .link(let link) = origin {
            // The WebSocket's session has ended: the batch belongs to whichever it names now.
            let home = self.core.shard(forFirstMessageOf: batch) ?? self.core.shard(of: link.eventLoop) ?? self.shard
            home.perform { $0.process(batch, from: .link(link), bound: nil) }
            return
        }
        let session = boundSession ?? self.findSession(of: batch, origin: origin)
        let exchange = Exchange(batch, origin: origin, session: session, shard: self)
        guard let session else {
            exchange.run()
            return
        }
        guard session.activeExchange == nil else {
            if case .request(let responder) = origin, session.inbox.count >= Self.longestInbox {
                responder.respond(.status(503))
                return
            }
            session.clientSeen()
            session.inbox.append(exchange)
            return
        }
        session.activeExchange = exchange
        exchange.run()
    }

    /// The session that a batch names in its first message, if it may.
    ///
    /// The `clientId` of a handshake means nothing: it makes another session.
    ///
    /// - SeeAlso: REQUIREMENTS E6b, X8.
    private func findSession(of batch: InboundBatch, origin: Exchange.Origin) -> SessionState? {
        guard let clientID = batch.namedSession, SessionID.isWellFormed(clientID), let session = self.session(clientID)
        else { return nil }
        switch origin {
        case .request:
            if let cookie = batch.browserID {
                return session.browserID == cookie && session.connectionType == batch.connectionType ? session : nil
            }
            return self.core.transport(batch.connectionType).http?.trustClientSession ?? false ? session : nil
        case .link(let link):
            guard !self.core.options.webSocket.requireHandshakePerConnection else { return nil }
            // A new WebSocket goes on with a session that was made elsewhere.
            session.bind(to: link)
            return session
        }
    }

    /// Publishes a message that comes from the server: listeners and extensions see it, security is not asked.
    func publishFromServer(_ message: BayeuxMessage, on channel: ServerChannel) {
        guard let known = self.findOrCreateChannel(channel.id) else { return }
        self.refreshHooks()
        let isHooked = !known.route(self.core).listeners.isEmpty || !self.hooks.extensions.isEmpty
        guard isHooked || self.publication != nil else {
            if channel.id.kind == .broadcast { self.fanOut(message, on: known, from: nil) }
            return
        }
        // One after the other, so that a listener that suspends does not change their order.
        self.publications.append(Publication(message: message, channel: known))
        if self.publication == nil { self.publishNext() }
    }

    private func publishNext() {
        while let publication = self.publications.popFirst() {
            self.publication = publication
            let state = NIOLoopBound((self, publication.channel), eventLoop: self.eventLoop)
            let listeners = publication.channel.route(self.core).listeners
            let extensions = self.hooks.extensions
            let logger = self.core.logger
            let isBroadcast = publication.channel.channel.id.kind == .broadcast
            let message = publication.message
            self.isStartingPublication = true
            self.shard.executor.start {
                var message = message
                var passes = await Self.call(listeners, nil, &message, logger)
                if passes, isBroadcast { passes = await Exchange.passOutgoing(&message, to: nil, extensions, logger) }
                let (shard, channel) = state.value
                if passes, isBroadcast { shard.fanOut(message, on: channel, from: nil) }
                shard.publication = nil
                if !shard.isStartingPublication { shard.publishNext() }
            }
            self.isStartingPublication = false
            guard self.publication == nil else { return }
        }
    }
}

/// A message of the server on its way through listeners and extensions.
struct Publication {
    let message: BayeuxMessage
    let channel: ShardChannel
}

import Bayeux
import NIOCore

// Where batches and the server's own messages enter.
extension ShardState {
    /// Processes a batch, after those of the same session that came before it.
    func process(_ batch: InboundBatch, from origin: Exchange.Origin, bound: ServerSession?) {
        let session = self.findSession(of: batch, origin: origin, bound: bound)
        let exchange = Exchange(batch, origin: origin, session: session, shard: self)
        guard let session else {
            exchange.run()
            return
        }
        guard session.activeExchange == nil else {
            session.inbox.append(exchange)
            return
        }
        session.activeExchange = exchange
        exchange.run()
    }

    /// The session that a batch belongs to; looked up once, by its first message.
    ///
    /// - SeeAlso: REQUIREMENTS E6b, X8.
    private func findSession(of batch: InboundBatch, origin: Exchange.Origin, bound: ServerSession?) -> SessionState? {
        if let bound, let session = self.session(bound.id) { return session }
        guard let clientID = BayeuxMessage(batch.bytes, batch.envelopes[0]).clientID,
            SessionID.isWellFormed(clientID), let session = self.session(clientID)
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
        let listeners = known.route(self.core).listeners
        let extensions = self.hooks.extensions
        guard !listeners.isEmpty || !extensions.isEmpty else {
            if channel.id.kind == .broadcast { self.fanOut(message, on: known, from: nil) }
            return
        }
        let state = NIOLoopBound((self, known), eventLoop: self.eventLoop)
        let logger = self.core.logger
        self.shard.executor.start {
            var message = message
            guard await Self.call(listeners, nil, &message, logger), channel.id.kind == .broadcast,
                await Exchange.passOutgoing(&message, to: nil, extensions, logger)
            else { return }
            let (shard, known) = state.value
            shard.fanOut(message, on: known, from: nil)
        }
    }
}

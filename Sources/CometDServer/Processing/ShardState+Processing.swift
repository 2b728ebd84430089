import Bayeux
import Logging
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
        // A service may publish while one of its messages is being processed, and wait for the reply.
        guard session.activeExchange == nil || session.isLocal else {
            if case .request(let responder) = origin, session.inbox.count >= Self.longestInbox {
                responder.respond(.status(503))
                return
            }
            session.clientSeen()
            session.inbox.append(exchange)
            return
        }
        if !session.isLocal { session.activeExchange = exchange }
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
                return session.browser?.id == cookie && session.connectionType == batch.connectionType ? session : nil
            }
            let transport = self.core.transport(batch.connectionType)
            guard transport.http?.trustClientSession ?? false else { return nil }
            // One that comes from another transport goes on with the options of this one.
            session.transport = transport
            return session
        case .link(let link):
            guard !self.core.options.webSocket.requireHandshakePerConnection else { return nil }
            // A new WebSocket goes on with a session that was made elsewhere.
            session.bind(to: link)
            return session
        }
    }

    /// How many messages of the server may wait for the listeners of one channel.
    ///
    /// Our own limit; what comes beyond it is dropped, with a warning in the log.
    private static let mostPublications = 1024

    /// Publishes a message that comes from the server: listeners and extensions see it, security is not asked.
    func publishFromServer(_ publication: Publication, on channel: ServerChannel) {
        guard let known = self.findOrCreateChannel(channel.id) else { return publication.completion(false) }
        self.refreshHooks()
        let isHooked =
            known.publications.isBusy || !known.route(self.core).listeners.isEmpty
            || !self.extensions(for: publication.message).isEmpty
        guard isHooked else {
            if channel.id.kind == .broadcast { self.fanOut(publication, on: known) }
            return publication.completion(true)
        }
        guard known.publications.count < Self.mostPublications else {
            self.core.logger.warning(
                "a message was dropped: too many wait for listeners",
                metadata: ["channel": "\(channel.id)"]
            )
            return publication.completion(false)
        }
        // One after the other, so that a listener that suspends does not change their order.
        known.publications.append(publication)
        known.publications.run { publication, done in self.pass(publication, on: known, then: done) }
    }

    private func extensions(for message: BayeuxMessage) -> [any BayeuxExtension] {
        self.hooks.outgoing.extensions(isMeta: false, hasExt: message[.ext] != nil)
    }

    private func fanOut(_ publication: Publication, on channel: ShardChannel) {
        let session = publication.publisher.flatMap { self.session($0.id) }
        self.fanOut(
            publication.message,
            on: channel,
            from: session,
            publisher: publication.publisher,
            depth: publication.depth
        )
    }

    /// Lets listeners and extensions see a message, then brings it to the subscribers.
    private func pass(_ publication: Publication, on channel: ShardChannel, then completion: @escaping () -> Void) {
        self.refreshHooks()
        let listeners = channel.route(self.core).listeners
        let isBroadcast = channel.channel.id.kind == .broadcast
        let extensions = isBroadcast ? self.extensions(for: publication.message) : []
        let logger = self.core.logger
        let limit = self.core.local.options.maxProcessing
        self.run(depth: publication.depth + 1, limit: limit) { () -> Publication? in
            var publication = publication
            let publisher = publication.publisher
            guard await Self.call(listeners, publisher, &publication.message, logger),
                await extensions.passOutgoing(&publication.message, to: nil, from: publisher, logger)
            else { return nil }
            return publication
        } then: { (outcome: Publication??) in
            if outcome == nil {
                logger.error("a hook takes too long", metadata: ["channel": "\(channel.channel.id)"])
            }
            if let passed = outcome ?? nil, isBroadcast { self.fanOut(passed, on: channel) }
            publication.completion((outcome ?? nil) != nil)
            completion()
        }
    }

    /// Calls a channel's listeners until one stops the message.
    static func call(
        _ listeners: [ServerChannel.MessageListener],
        _ sender: ServerSession?,
        _ message: inout BayeuxMessage,
        _ logger: Logger
    ) async -> Bool {
        for listener in listeners {
            do {
                guard try await listener(sender, &message) else { return false }
            } catch {
                logger.error(
                    "a listener failed",
                    metadata: ["channel": "\(message.channel ?? "")", "error": "\(error)"]
                )
            }
        }
        return true
    }
}

/// A message of the server on its way through listeners and extensions.
struct Publication: Sendable {
    var message: BayeuxMessage
    /// Who listeners see as the sender.
    let publisher: ServerSession?
    /// How deep the hook is nested that publishes it.
    let depth: Int
    /// Told whether it was published.
    let completion: @Sendable (Bool) -> Void
}

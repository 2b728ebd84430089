import Bayeux
import NIOCore

// The steps that all messages have in common: shape, extensions, session.
extension Exchange {
    /// Checks the fields that every message needs.
    func validate() -> Step {
        // The reply already holds what can be echoed; only a message that is refused is looked at again.
        guard let channel = self.messageReply.channel?.stringValue else {
            let isMissing = !self.message.isObject || self.message[.channel]?.isNull ?? true
            return self.refuse(isMissing ? .channelMissing : .channelInvalid)
        }
        // Only names of legal characters go any further: looking up others in a table can be made to take long.
        guard channel.utf8.count <= ChannelID.maxLength + 1, ChannelCharacters.areLegal(channel) else {
            return self.refuse(.channelInvalid)
        }
        self.nameChannel(channel)
        if self.shard.core.options.validateMessageFields, !self.hasLegalID { return self.refuse(.idInvalid) }
        return .incomingExtensions
    }

    /// Notes the channel of the message, without a slash at its end: nobody shall see two names of one channel.
    ///
    /// - SeeAlso: REQUIREMENTS P15.
    private func nameChannel(_ name: String) {
        self.channelName = name
        guard name.utf8.last == UInt8(ascii: "/"), name.utf8.count > 1 else { return }
        self.channelName.removeLast()
        self.message.channel = self.channelName
    }

    private var hasLegalID: Bool {
        switch self.messageReply.id {
        case let id? where id.kind == .number: true
        case let id?: id.stringValue.map(ChannelCharacters.areLegal) ?? false
        case nil: self.message[.id]?.isNull ?? true
        }
    }

    /// Lets the extensions see the message, in the order of their registration: the server's, then the session's.
    func passIncomingExtensions() -> Step {
        let own = self.session?.settings?.incoming
        guard !self.isGivenUp, self.shard.hooks.hasIncoming || own != nil else { return .sessionCheck }
        let isMeta = self.channelName.hasPrefix("/meta/")
        let hasExt = self.message[.ext] != nil
        let extensions =
            self.shard.hooks.incoming.extensions(isMeta: isMeta, hasExt: hasExt)
            + (own?.extensions(isMeta: isMeta, hasExt: hasExt) ?? [])
        guard !extensions.isEmpty else { return .sessionCheck }
        let (message, sender, logger) = (self.message, self.session?.handle, self.shard.core.logger)
        self.await {
            var message = message
            let passes = await extensions.passIncoming(&message, from: sender, logger)
            return (passes, message)
        } then: { exchange, outcome in
            (exchange.isAllowed, exchange.message) = outcome
            exchange.nameChannel(exchange.message.channel ?? "")
        }
        return .sessionCheck
    }

    /// Checks the session, which all but a handshake need, and lets the listeners of meta channels see the message.
    ///
    /// - SeeAlso: CometD 3.1.14, `BayeuxServerImpl.doPublish`: the protocol's own handler comes after the listeners.
    func checkSession() -> Step {
        guard self.isAllowed else { return self.refuse(.messageDeleted) }
        if self.channelName != "/meta/handshake" {
            guard let session = self.ownSession else { return self.refuseUnknownSession() }
            if self.channelName != "/meta/connect" { session.clientSeen() }
        }
        guard self.isHandled else { return .publishCreation }
        guard !self.isGivenUp, let channel = self.shard.channel(named: self.channelName) else { return .metaHandler }
        let listeners = channel.route(self.shard.core).listeners
        guard !listeners.isEmpty else { return .metaHandler }
        let (message, sender, logger) = (self.message, self.session?.handle, self.shard.core.logger)
        self.await {
            var message = message
            let passes = await ShardState.call(listeners, sender, &message, logger)
            return (passes, message)
        } then: { exchange, outcome in
            (exchange.isAllowed, exchange.message) = outcome
        }
        return .metaHandler
    }

    /// Sends a message on a meta channel on to the steps of its channel.
    func handleMeta() -> Step {
        guard self.isAllowed else { return self.refuse(.messageDeleted) }
        if self.channelName == "/meta/handshake" { return .handshakePolicy }
        // It may have ended while listeners were asked.
        guard self.ownSession != nil else { return self.refuseUnknownSession() }
        switch self.channelName {
        case "/meta/connect": return .connect
        case "/meta/disconnect": return .disconnect
        case "/meta/subscribe": return self.readSubscriptions() ?? .nextSubscription
        default: return self.readSubscriptions() ?? .unsubscription
        }
    }

    /// Whether the protocol itself has something to do; other meta channels are the security policy's affair.
    private var isHandled: Bool {
        switch self.channelName {
        case "/meta/connect", "/meta/handshake", "/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect": true
        default: false
        }
    }

    /// The batch's session, when it lives and the message is its own.
    private var ownSession: SessionState? {
        guard let session = self.session, !session.hasEnded, self.isSent(by: session) else { return nil }
        return session
    }

    /// Whether the message names the session; compared as bytes when it came as it was sent.
    private func isSent(by session: SessionState) -> Bool {
        guard let clientID = self.message[.clientID] else { return false }
        return clientID.hasBytes(session.quotedID) || clientID.stringValue == session.id
    }
}

import Bayeux
import NIOCore

// Publishing: to subscribers, to services, and to meta channels that do not exist.
extension Exchange {
    /// Asks whether the channel may be created, if it does not exist.
    func askPublishCreation() -> Step {
        if let channel = self.shard.channel(named: self.channelName) {
            self.channel = channel
            return .publishPolicy
        }
        guard let id = try? ChannelID(self.channelName) else { return self.refuse(.channelInvalid) }
        guard !id.isWild else { return self.deny(.publishDenied) }
        self.ask(.create, id, nil)
        return .publishPolicy
    }

    /// Asks whether the session may publish to the channel.
    func askPublishPolicy() -> Step {
        if let reason = self.reasonAgainst { return self.refuse(.publishCreateDenied, reason: reason) }
        if self.channel == nil {
            guard let id = try? ChannelID(self.channelName) else { return self.refuse(.channelInvalid) }
            self.channel = self.shard.findOrCreateChannel(id)
        }
        guard let id = self.channel?.channel.id else {
            return self.refuse(.publishCreateDenied, reason: Self.tooManyChannels)
        }
        guard !id.isWild else { return self.deny(.publishDenied) }
        self.ask(.publish, id, self.channel)
        return .publishBacklog
    }

    /// Holds the publisher back while this event loop or another cannot keep up with it.
    func waitForBacklog() -> Step {
        if let reason = self.reasonAgainst { return self.refuse(.publishDenied, reason: reason) }
        guard self.batch.depth <= self.shard.core.options.maxPublishDepth else { return self.refuseDepth() }
        guard let session = self.session, !session.hasEnded else { return self.refuse(.sessionUnknown) }
        return self.shard.isBehind ? self.retryLater(.publishBacklog) : .listeners
    }

    /// Lets the channel's listeners see the message: those of patterns first.
    func callListeners() -> Step {
        guard let channel = self.channel else { return self.refuse(.channelInvalid) }
        let listeners = channel.route(self.shard.core).listeners
        guard !listeners.isEmpty else { return .broadcastExtensions }
        let sender = self.session?.handle
        if channel.channel.id.kind == .broadcast {
            // Who published is told by the session: other clients must never see it in the message.
            self.message.hideSender()
        }
        let (message, logger) = (self.message, self.shard.core.logger)
        self.await {
            var message = message
            let passes = await ShardState.call(listeners, sender, &message, logger)
            return (passes, message)
        } then: { exchange, outcome in
            (exchange.isAllowed, exchange.message) = outcome
        }
        return .broadcastExtensions
    }

    /// Lets the extensions see the message on its way out, once for all subscribers.
    func passBroadcastExtensions() -> Step {
        guard self.isAllowed else { return self.refuse(.messageDeleted) }
        guard let channel = self.channel, channel.channel.id.kind == .broadcast else { return .replyExtensions }
        guard self.shard.hooks.hasOutgoing else { return .fanOut }
        let message = self.message
        let extensions = self.shard.hooks.outgoing.extensions(isMeta: false, hasExt: message[.ext] != nil)
        guard !extensions.isEmpty else { return .fanOut }
        let (sender, logger) = (self.session?.handle, self.shard.core.logger)
        self.await {
            var message = message
            let passes = await extensions.passOutgoing(&message, to: nil, from: sender, logger)
            return (passes, message)
        } then: { exchange, outcome in
            (exchange.isAllowed, exchange.message) = outcome
        }
        return .fanOut
    }

    /// Brings the message to the subscribers.
    func fanOut() -> Step {
        guard self.isAllowed else { return self.refuse(.messageDeleted) }
        guard let channel = self.channel, let session = self.session, !session.hasEnded else {
            return self.refuse(.sessionUnknown)
        }
        guard self.shard.interest(in: channel) != 0 else { return .replyExtensions }
        self.shard.fanOut(
            self.message,
            on: channel,
            from: session,
            publisher: session.handle,
            depth: self.batch.depth
        )
        return .replyExtensions
    }

    /// A listener publishes in a loop, most likely to what it listens to itself.
    private func refuseDepth() -> Step {
        self.shard.core.logPublishDepth(self.channelName)
        return self.refuse(.publishDenied, reason: "published_too_deep")
    }
}

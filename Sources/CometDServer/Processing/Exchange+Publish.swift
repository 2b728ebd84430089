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
        guard let id = try? ChannelID(self.channelName), let session = self.session else {
            return self.refuse(.channelInvalid)
        }
        if let channel = self.shard.channel(named: id.name) {
            // It was named with a trailing slash.
            self.channel = channel
            return .publishPolicy
        }
        guard !id.isWild else { return self.deny(.publishDenied) }
        let handle = session.handle
        self.ask(allowedByDefault: id.kind != .meta) { policy, message in
            try await policy.canCreate(id, session: handle, message: message)
        }
        return .publishPolicy
    }

    /// Asks whether the session may publish to the channel.
    func askPublishPolicy() -> Step {
        guard self.isAllowed else { return self.deny(.publishCreateDenied) }
        if self.channel == nil {
            guard let id = try? ChannelID(self.channelName) else { return self.refuse(.channelInvalid) }
            self.channel = self.shard.findOrCreateChannel(id)
        }
        guard let id = self.channel?.channel.id, let session = self.session else {
            return self.refuse(.publishCreateDenied, reason: Self.tooManyChannels)
        }
        guard !id.isWild else { return self.deny(.publishDenied) }
        let handle = session.handle
        self.ask(allowedByDefault: id.kind != .meta) { policy, message in
            try await policy.canPublish(to: id, session: handle, message: message)
        }
        return .publishBacklog
    }

    /// Holds the publisher back while this event loop or another cannot keep up with it.
    func waitForBacklog() -> Step {
        guard self.isAllowed else { return self.deny(.publishDenied) }
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
            self.message.clientID = nil
            self.message.id = nil
        }
        self.await { exchange in
            var message = exchange.value.message
            exchange.value.isAllowed = await ShardState.call(
                listeners,
                sender,
                &message,
                exchange.value.shard.core.logger
            )
            exchange.value.message = message
        }
        return .broadcastExtensions
    }

    /// Lets the extensions see the message on its way out, once for all subscribers.
    func passBroadcastExtensions() -> Step {
        guard self.isAllowed else { return self.refuse(.messageDeleted) }
        guard let channel = self.channel, channel.channel.id.kind == .broadcast else { return .replyExtensions }
        let extensions = self.shard.hooks.extensions
        guard !extensions.isEmpty else { return .fanOut }
        self.await { exchange in
            var message = exchange.value.message
            exchange.value.isAllowed = await Self.passOutgoing(
                &message,
                to: nil,
                extensions,
                exchange.value.shard.core.logger
            )
            exchange.value.message = message
        }
        return .fanOut
    }

    /// Brings the message to the subscribers.
    func fanOut() -> Step {
        guard self.isAllowed else { return self.refuse(.messageDeleted) }
        guard let channel = self.channel, let session = self.session, !session.hasEnded else {
            return self.refuse(.sessionUnknown)
        }
        self.shard.fanOut(self.message, on: channel, from: session)
        return .replyExtensions
    }

    /// Asks the security policy; the default one is asked without a task.
    func ask(
        allowedByDefault: Bool,
        _ question: @escaping @Sendable (any SecurityPolicy, BayeuxMessage) async throws -> Bool
    ) {
        guard let policy = self.shard.hooks.securityPolicy else {
            self.isAllowed = allowedByDefault
            return
        }
        let message = self.message
        self.await { exchange in
            exchange.value.isAllowed = (try? await question(policy, message)) ?? false
        }
    }
}

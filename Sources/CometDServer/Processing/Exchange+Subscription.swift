import Bayeux
import NIOCore

// Subscribe and unsubscribe.
extension Exchange {
    /// Reads the channels that the message names, and checks their form before anything is done.
    ///
    /// - Returns: The step for a message that is refused; `nil` when all is well.
    func readSubscriptions() -> Step? {
        guard let subscription = self.message[.subscription], !subscription.isNull else {
            return self.refuse(.subscriptionMissing)
        }
        let names: [JSONBytes]
        switch subscription.kind {
        case .string: names = [subscription]
        case .array: names = subscription.elements()
        case .object, .number, .bool, .null: return self.refuse(.subscriptionInvalid)
        }
        guard !names.isEmpty else { return self.refuse(.subscriptionMissing) }
        var channels: [ChannelID] = []
        for name in names {
            guard let channel = name.stringValue.flatMap({ try? ChannelID($0) }) else {
                return self.refuse(.subscriptionInvalid)
            }
            channels.append(channel)
        }
        self.subscriptions = channels.reversed()
        return nil
    }

    func nextSubscription() -> Step {
        self.subscriptions.isEmpty ? .replyExtensions : .subscriptionCreation
    }

    /// Asks whether the next channel may be created, if it does not exist.
    func askSubscriptionCreation() -> Step {
        guard let id = self.subscriptions.last, let session = self.session else { return .replyExtensions }
        guard self.shard.channel(named: id.name) == nil else { return .subscriptionPolicy }
        let handle = session.handle
        self.ask(allowedByDefault: id.kind != .meta) { policy, message in
            try await policy.canCreate(id, session: handle, message: message)
        }
        return .subscriptionPolicy
    }

    /// Asks whether the session may subscribe to the next channel.
    func askSubscriptionPolicy() -> Step {
        guard let id = self.subscriptions.last, let session = self.session else { return .replyExtensions }
        guard self.isAllowed else { return self.deny(.createDenied) }
        let handle = session.handle
        self.ask(allowedByDefault: id.kind != .meta) { policy, message in
            try await policy.canSubscribe(to: id, session: handle, message: message)
        }
        return .subscription
    }

    /// Subscribes the session to the next channel.
    func subscribe() -> Step {
        guard self.isAllowed else { return self.deny(.subscribeDenied) }
        guard let id = self.subscriptions.popLast(), let session = self.session,
            !session.hasEnded
        else { return self.refuse(.subscribeFailed) }
        // Messages to services are never fanned out: there is nothing to subscribe to.
        guard id.kind != .service else { return .nextSubscription }
        guard session.subscriptions.count < self.shard.core.options.maxSubscriptionsPerSession else {
            return self.refuse(.subscribeFailed)
        }
        guard self.shard.join(id, session) else {
            return self.refuse(.createDenied, reason: Self.tooManyChannels)
        }
        return .nextSubscription
    }

    /// Unsubscribes the session from the channels that the message names.
    func unsubscribe() -> Step {
        guard let session = self.session else { return self.refuse(.sessionUnknown) }
        for id in self.subscriptions.reversed() {
            guard id.kind != .service else { continue }
            guard let channel = self.shard.channel(named: id.name) else { return self.refuse(.channelMissing) }
            self.shard.leave(channel, session)
        }
        return .replyExtensions
    }
}

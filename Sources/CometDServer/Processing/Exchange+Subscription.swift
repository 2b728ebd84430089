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
        guard let id = self.subscriptions.last else { return .replyExtensions }
        self.channel = self.shard.channel(named: id.name)
        self.reasonAgainst = nil
        if self.channel == nil { self.ask(.create, id, nil) }
        return .subscriptionPolicy
    }

    /// Asks whether the session may subscribe to the next channel.
    func askSubscriptionPolicy() -> Step {
        guard let id = self.subscriptions.last else { return .replyExtensions }
        if let reason = self.reasonAgainst { return self.refuse(.createDenied, reason: reason) }
        self.ask(.subscribe, id, self.channel)
        return .subscription
    }

    /// Subscribes the session to the next channel.
    func subscribe() -> Step {
        if let reason = self.reasonAgainst { return self.refuse(.subscribeDenied, reason: reason) }
        guard let id = self.subscriptions.popLast(), let session = self.session,
            !session.hasEnded
        else { return self.refuse(.subscribeFailed) }
        // Messages to services are never fanned out: there is nothing to subscribe to.
        guard id.kind != .service else { return .nextSubscription }
        guard session.subscriptions.count < self.shard.core.options.maxSubscriptionsPerSession else {
            return self.refuse(.subscribeFailed)
        }
        guard self.shard.join(id, session, message: self.message) else {
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
            self.shard.leave(channel, session, message: self.message)
        }
        return .replyExtensions
    }
}

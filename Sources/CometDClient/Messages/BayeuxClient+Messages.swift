public import Bayeux
import Logging

extension BayeuxClient {
    /// Called with each message of a subscription.
    public typealias MessageHandler = @Sendable (BayeuxMessage) async throws -> Void

    /// The messages of a channel, of a pattern such as `/chat/**`, or of a template such as `/news/{category}`.
    ///
    /// The subscription begins with this call, and ends with the sequence. Before there is a session, it waits for it;
    /// after a new handshake it comes back by itself (``ClientOptions/resubscribes``). Several sequences may share a
    /// channel, which the server hears of once.
    ///
    /// What the server delivers to this client alone, on channels below `/service/`, needs no subscription; nor do its
    /// replies on channels such as `/meta/connect`, whose failures are told as replies that were not successful, too.
    ///
    /// - Parameters:
    ///   - channel: The channel, pattern or template.
    ///   - buffering: What happens when messages are not taken in time. Default: when 4,096 wait, the sequence fails.
    /// - Returns: The messages from now on. A name that is no channel's is thrown by its first element.
    public func messages(on channel: String, buffering: MessageBuffering = .standard) -> MessageSequence {
        let feed = MessageFeed(buffering)
        do {
            let pattern = try ChannelPattern(channel)
            self.attach(feed, to: pattern)
            return MessageSequence(feed, of: self, matching: pattern)
        } catch {
            let failure = ClientError(.channelInvalid, "'\(channel)' is no channel", cause: error)
            feed.subscribed(.failure(failure))
            feed.end(failure)
            return MessageSequence(feed, of: self, matching: nil)
        }
    }

    /// The messages of a channel, pattern or template with decoded payloads.
    ///
    /// - Parameters:
    ///   - channel: The channel, pattern or template.
    ///   - type: What to decode; `BinaryData` and `JSONBytes` are possible, too.
    ///   - buffering: What happens when messages are not taken in time. Default: when 4,096 wait, the sequence fails.
    /// - Returns: The messages from now on; see ``messages(on:buffering:)``.
    public func messages<Value: Decodable & Sendable>(
        on channel: String,
        as type: Value.Type,
        buffering: MessageBuffering = .standard
    ) -> TypedMessageSequence<Value> {
        TypedMessageSequence(self.messages(on: channel, buffering: buffering))
    }

    /// Subscribes a handler, and waits until the server has accepted.
    ///
    /// The handler gets one message after the other, in a task of its own; what it throws is logged.
    ///
    /// - Parameters:
    ///   - channel: The channel, pattern or template.
    ///   - buffering: What happens when the handler is too slow. Default: when 4,096 wait, the subscription ends, and
    ///     that is logged.
    ///   - handler: Called with each message.
    /// - Returns: A value for ending it.
    /// - Throws: ``ClientError`` when it is refused; `CancellationError`, and then there is no subscription.
    @discardableResult
    public func subscribe(
        to channel: String,
        buffering: MessageBuffering = .standard,
        _ handler: @escaping MessageHandler
    ) async throws -> ClientSubscription {
        try await self.subscribe(to: channel, buffering: buffering) { message, _ in try await handler(message) }
    }

    /// The same for a handler that wants to know the values of a template's variables.
    ///
    /// - Parameters:
    ///   - channel: The channel, pattern or template.
    ///   - buffering: What happens when the handler is too slow.
    ///   - waitsForSession: Whether to wait for the server when there is no session yet.
    ///   - handler: Called with each message and the values.
    /// - Returns: A value for ending it.
    /// - Throws: As ``subscribe(to:buffering:_:)``.
    @discardableResult
    package func subscribe(
        to channel: String,
        buffering: MessageBuffering = .standard,
        waitsForSession: Bool = true,
        _ handler: @escaping @Sendable (BayeuxMessage, [String: String]) async throws -> Void
    ) async throws -> ClientSubscription {
        let pattern: ChannelPattern
        do {
            pattern = try ChannelPattern(channel)
        } catch {
            throw ClientError(.channelInvalid, "'\(channel)' is no channel", cause: error)
        }
        let feed = MessageFeed(buffering)
        self.attach(feed, to: pattern)
        if waitsForSession || self.state.hasSession {
            do {
                try await feed.waitUntilSubscribed()
            } catch {
                feed.end(nil)
                throw error
            }
        }
        let logger = self.logger
        // The one task that nobody waits for: it ends with the feed.
        Task {
            do {
                for try await message in feed.stream {
                    do {
                        try await handler(message, pattern.bind(message.channel ?? "") ?? [:])
                    } catch {
                        logger.error("a handler failed", metadata: ["channel": "\(channel)", "error": "\(error)"])
                    }
                }
            } catch {
                logger.error("a subscription ended", metadata: ["channel": "\(channel)", "error": "\(error)"])
            }
        }
        return ClientSubscription(pattern, feed.token, of: self)
    }

    /// Lets messages flow into a feed, until the feed ends.
    private func attach(_ feed: MessageFeed, to pattern: ChannelPattern) {
        let token = feed.token
        let listened = pattern.listened
        feed.onTermination { [weak self, weak feed] in
            // Who waits for the subscription of a feed that has ended before it began is told, too.
            feed?.subscribed(.failure(ClientError(.ended)))
            self?.perform { $0.unsubscribe(token, from: listened) { _ in } }
        }
        self.perform { [weak feed] core in
            // One that has ended by now wants nothing.
            guard let feed, feed.isOpen else { return }
            core.subscribe(Self.subscriber(feed, pattern, core))
        }
    }

    private static func subscriber(
        _ feed: MessageFeed,
        _ pattern: ChannelPattern,
        _ core: ClientCore
    ) -> SubscriptionTable.Subscriber {
        SubscriptionTable.Subscriber(
            token: feed.token,
            pattern: pattern,
            receive: { [unowned core] message in
                guard !pattern.id.isTemplate || pattern.bind(message.channel ?? "") != nil else { return }
                guard !feed.receive(message) else { return }
                core.unsubscribe(feed.token, from: pattern.listened, error: ClientError(.overflow)) { _ in }
            },
            subscribed: { feed.subscribed($0) },
            ended: { feed.end($0) }
        )
    }
}

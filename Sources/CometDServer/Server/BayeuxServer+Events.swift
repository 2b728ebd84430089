public import Bayeux

extension BayeuxServer {
    /// A session has begun or ended.
    public enum SessionEvent: Sendable {
        /// A handshake has succeeded.
        case added(ServerSession)
        /// The session has ended.
        case removed(ServerSession, ServerSession.RemovalReason)
    }

    /// A channel has been made or removed.
    public enum ChannelEvent: Sendable {
        /// The channel has been made.
        case added(ServerChannel)
        /// The channel has been removed: swept because nobody uses it, or by the application.
        case removed(ServerChannel)
    }

    /// A session has subscribed to a channel or left it.
    public enum SubscriptionEvent: Sendable {
        /// The session has subscribed to the channel.
        case subscribed(ServerSession, ServerChannel)
        /// The session has unsubscribed, or has ended.
        case unsubscribed(ServerSession, ServerChannel)
    }
}

// The events of listeners as sequences, for code that wants a stream. Listeners are called in order and may veto;
// sequences are taken at leisure, and drop what comes while their buffer is full.
extension BayeuxServer {
    /// The sessions that begin and end from now on.
    ///
    /// ```swift
    /// for await event in server.sessionEvents() {
    ///     if case .removed(let session, let reason) = event { logger.info("\(session) \(reason)") }
    /// }
    /// ```
    ///
    /// - Parameter limit: How many events may wait. Default 256; those beyond it are dropped, and counted by
    ///   ``EventStream/droppedCount``.
    /// - Returns: The events.
    public func sessionEvents(buffering limit: Int = 256) -> EventStream<SessionEvent> {
        self.stream(buffering: limit) { stream in
            [
                .sessionAdded { session, _ in stream.yield(.added(session)) },
                .sessionRemoved { session, _, reason in stream.yield(.removed(session, reason)) },
            ]
        }
    }

    /// The channels that are made and removed from now on; see ``sessionEvents(buffering:)``.
    public func channelEvents(buffering limit: Int = 256) -> EventStream<ChannelEvent> {
        self.stream(buffering: limit) { stream in
            [
                .channelAdded { stream.yield(.added($0)) },
                .channelRemoved { stream.yield(.removed($0)) },
            ]
        }
    }

    /// The subscriptions of all sessions that begin and end from now on; see ``sessionEvents(buffering:)``.
    public func subscriptionEvents(buffering limit: Int = 256) -> EventStream<SubscriptionEvent> {
        self.stream(buffering: limit) { stream in
            [
                .subscribed { session, channel, _ in stream.yield(.subscribed(session, channel)) },
                .unsubscribed { session, channel, _ in stream.yield(.unsubscribed(session, channel)) },
            ]
        }
    }

    /// Feeds a stream by listeners, which go when nobody takes its elements any more.
    private func stream<Event: Sendable>(
        buffering limit: Int,
        _ listeners: (EventStream<Event>.Feed) -> [Listener]
    ) -> EventStream<Event> {
        let stream = EventStream<Event>(buffering: limit)
        let tokens = listeners(stream.feed).map(self.addListener)
        self.core.streams.add(stream) { [weak self] in tokens.forEach { self?.removeListener($0) } }
        return stream
    }
}

extension ServerChannel {
    /// The messages that are published to the channel, or to one that its pattern matches, from now on.
    ///
    /// Unlike a listener the sequence cannot stop a message, and does not hold it up.
    ///
    /// - Parameter limit: How many messages may wait. Default 256; those beyond it are dropped, and counted by
    ///   ``EventStream/droppedCount``.
    /// - Returns: The messages.
    public func messages(buffering limit: Int = 256) -> EventStream<BayeuxMessage> {
        let stream = EventStream<BayeuxMessage>(buffering: limit)
        let feed = stream.feed
        let token = self.addListener { _, message in
            feed.yield(message)
            return true
        }
        self.core.streams.add(stream) { [weak self] in self?.removeListener(token) }
        return stream
    }
}

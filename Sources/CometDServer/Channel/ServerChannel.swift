public import Bayeux
import Synchronization

/// A channel of the server.
///
/// A channel that nobody uses (no subscriber, no listener, no authorizer, no setting such as ``isLazy`` or
/// ``isPersistent``) is removed after three sweeps; a reference to a removed channel still publishes, but its listeners are gone: ask the server for the
/// channel again.
///
/// - SeeAlso: CometD 3.1 reference book, "Channels"; REQUIREMENTS C1-C7.
public final class ServerChannel: Sendable {
    /// What an application has set on the channel.
    struct Settings: Sendable {
        var isPersistent = false
        var isLazy = false
        var lazyTimeout: Duration?
        var broadcastsToPublisher: Bool?
        var listeners = Registered<Listener>()
        var authorizers = Registered<Authorizer>()
        /// How many sweeps have found the channel unused.
        var unusedSweeps = 0
        /// Shards that have subscribers.
        var interestedShards = 0

        /// Whether the application wants the channel to stay, whoever subscribes to it.
        var isKept: Bool {
            self.isPersistent || self.isLazy || self.lazyTimeout != nil || self.broadcastsToPublisher != nil
                || !self.authorizers.isEmpty || self.listeners.entries.contains { $0.entry.keepsChannel }
        }
    }

    /// The channel's name.
    public let id: ChannelID
    /// Values that the application keeps with the channel.
    public let attributes = Attributes()
    let core: ServerCore
    let settings = Mutex(Settings())
    /// One bit for each shard that has subscribers, its number modulo 64.
    let interest = Atomic<UInt64>(0)
    /// Whether the channel has been removed; a message for it makes a new one.
    let isRemoved = Atomic<Bool>(false)

    init(_ id: ChannelID, core: ServerCore) {
        self.id = id
        self.core = core
    }
}

// MARK: - Settings

extension ServerChannel {
    /// Whether the channel stays when nobody uses it.
    ///
    /// Default `false`.
    public var isPersistent: Bool {
        get { self.settings.withLock { $0.isPersistent } }
        set { self.settings.withLock { $0.isPersistent = newValue } }
    }

    /// Whether messages of the channel are lazy: they wait for others, or for ``lazyTimeout``.
    ///
    /// Default `false`. A lazy pattern makes the messages of all channels lazy that it matches; a lazy channel that is
    /// no pattern says nothing about the channels below it.
    ///
    /// - SeeAlso: CometD 3.1 reference book, "Lazy channels"; REQUIREMENTS L1.
    public var isLazy: Bool {
        get { self.settings.withLock { $0.isLazy } }
        set { self.change { $0.isLazy = newValue } }
    }

    /// How long a lazy message of the channel waits at most; `nil`, the default, is the transport's `maxLazyTimeout`,
    /// which no channel can exceed.
    ///
    /// Setting one that is longer than zero makes the channel lazy, setting another makes it not lazy. Of several
    /// patterns and the channel itself the shortest counts.
    public var lazyTimeout: Duration? {
        get { self.settings.withLock { $0.lazyTimeout } }
        set {
            self.change { settings in
                settings.lazyTimeout = newValue
                settings.isLazy = newValue.map { $0 > .zero } ?? false
            }
        }
    }

    /// Whether a publisher that is also a subscriber gets its own message; `nil`, the default, is what the publisher's
    /// session says, else the server's `broadcastToPublisher`.
    public var broadcastsToPublisher: Bool? {
        get { self.settings.withLock { $0.broadcastsToPublisher } }
        set { self.change { $0.broadcastsToPublisher = newValue } }
    }

    /// Whether the channel exists still: not swept, not removed.
    public var exists: Bool { !self.isRemoved.load(ordering: .acquiring) }

    /// Changes what shards keep a copy of.
    func change<Result: Sendable>(_ body: (inout Settings) -> Result) -> Result {
        defer { self.core.bumpVersion() }
        return self.settings.withLock { body(&$0) }
    }
}

// MARK: - Listeners and authorizers

extension ServerChannel {
    /// Adds a listener.
    ///
    /// - Returns: A value for ``removeListener(_:)``.
    @discardableResult
    public func addListener(_ listener: Listener) -> ListenerToken {
        self.change { $0.listeners.add(listener) }
    }

    /// Adds a listener for the messages of the channel; see ``Listener/message(_:)``.
    ///
    /// - Returns: A value for ``removeListener(_:)``.
    @discardableResult
    public func addListener(_ listener: @escaping MessageListener) -> ListenerToken {
        self.addListener(.message(listener))
    }

    /// Removes a listener; a message that is being processed may still reach it.
    public func removeListener(_ token: ListenerToken) {
        _ = self.change { $0.listeners.remove(token) }
    }

    /// Adds an authorizer for what clients do on this channel, or on those that its pattern matches.
    ///
    /// - Returns: A value for ``removeAuthorizer(_:)``.
    @discardableResult
    public func addAuthorizer(_ authorizer: Authorizer) -> ListenerToken {
        self.change { $0.authorizers.add(authorizer) }
    }

    /// Removes an authorizer; a message that is being processed may still ask it.
    public func removeAuthorizer(_ token: ListenerToken) {
        _ = self.change { $0.authorizers.remove(token) }
    }
}

// MARK: - Publishing

extension ServerChannel {
    /// Publishes a message from the server to all subscribers.
    ///
    /// Listeners and extensions see it, security is not asked. The call returns at once; messages published from one
    /// thread or event loop keep their order. A message to a pattern is dropped, with a warning in the log, and so is
    /// one that is published by a listener of a message that was published by a listener, and so on, deeper than
    /// `maxPublishDepth`.
    ///
    /// - Parameters:
    ///   - message: The message; its channel becomes this one.
    ///   - publisher: Who listeners see as the sender. Default: nobody.
    public func publish(_ message: BayeuxMessage, from publisher: LocalSession? = nil) {
        var message = message
        if message.channel != self.id.name { message.channel = self.id.name }
        self.core.publish(message, on: self, from: publisher?.serverSession)
    }

    /// Publishes a payload; see ``publish(_:from:)-(BayeuxMessage,_)``.
    public func publish(_ data: JSONBytes?, from publisher: LocalSession? = nil) {
        self.publish(BayeuxMessage(channel: self.id.name, data: data), from: publisher)
    }

    /// Publishes a value as the payload; see ``publish(_:from:)-(BayeuxMessage,_)``.
    ///
    /// - Throws: `EncodingError`, or what the value's own `encode(to:)` throws; nothing is published then.
    @_disfavoredOverload
    public func publish(_ value: some Encodable, from publisher: LocalSession? = nil) throws {
        self.publish(try JSONBytes(encoding: value), from: publisher)
    }

    /// Publishes a message and waits until listeners have seen it and it is in the queues of this event loop's
    /// subscribers, and on its way to those of the others.
    ///
    /// - Returns: Whether it was published: `false` when a listener or an extension stopped it, or it was dropped.
    public func publishConfirmed(_ message: BayeuxMessage, from publisher: LocalSession? = nil) async -> Bool {
        var message = message
        if message.channel != self.id.name { message.channel = self.id.name }
        let published = message
        return await withCheckedContinuation { continuation in
            self.core.publish(published, on: self, from: publisher?.serverSession) {
                continuation.resume(returning: $0)
            }
        }
    }
}

// MARK: - Subscribers

extension ServerChannel {
    /// The sessions that are subscribed to exactly this name, on all event loops; not those of matching patterns.
    public func subscribers() async -> [ServerSession] {
        var sessions: [ServerSession] = []
        for shard in self.core.shards {
            let name = self.id.name
            sessions += await shard.compute { $0.subscribers(of: name) } ?? []
        }
        return sessions
    }

    /// Subscribes a session on the server's side; security is not asked.
    ///
    /// - Returns: Whether it is subscribed: not when the session has ended, or the channel is a meta or a service
    ///   channel.
    @discardableResult
    public func subscribe(_ session: ServerSession) async -> Bool {
        let id = self.id
        guard id.kind == .broadcast else { return false }
        return await session.shard.compute { shard in
            guard let state = shard.session(session.id) else { return false }
            return shard.join(id, state, message: nil)
        } ?? false
    }

    /// Ends the subscription of a session on the server's side; nothing happens when it is not subscribed.
    public func unsubscribe(_ session: ServerSession) async {
        let id = self.id
        _ = await session.shard.compute { shard in
            guard let state = shard.session(session.id), let channel = shard.channel(named: id.name) else { return }
            shard.leave(channel, state, message: nil)
        }
    }

    /// Removes the channel: all its subscribers are unsubscribed, its listeners and authorizers forgotten.
    ///
    /// Channels below it stay, as in CometD's code. A later message to the name makes a new channel.
    public func remove() async {
        guard self.core.channels.remove(self) else { return }
        for shard in self.core.shards { _ = await shard.compute { $0.dissolve(self) } }
        // What they hold is let go of outside of the lock.
        _ = self.change { settings in
            defer {
                settings.listeners = Registered()
                settings.authorizers = Registered()
            }
            return (settings.listeners, settings.authorizers)
        }
        for listener in self.core.currentHooks.serverListeners.all {
            if case .channelRemoved(let removed) = listener.kind { removed(self) }
        }
    }
}

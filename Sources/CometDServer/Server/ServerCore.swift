import Bayeux
import Logging
import NIOCore
import Synchronization

/// What all shards share: options, channels, hooks and browsers.
///
/// It changes rarely and is read often; readers on a hot path keep a copy and compare ``version``.
final class ServerCore: Sendable {
    let options: ServerOptions
    let shards: [Shard]
    private let shardIndexes: [ObjectIdentifier: Int]
    let channels: ChannelRegistry
    let browsers = BrowserRegistry()
    let streams = OpenStreams()
    let logger: Logger
    private let webSocket: Transport
    private let longPolling: Transport
    private let callbackPolling: Transport
    /// How the messages of local sessions travel: as on a WebSocket that never breaks.
    let local: Transport
    /// How many sessions there are, on all shards.
    let sessionCount = Atomic<Int>(0)
    /// Whether the server is ending: no session begins any more, and no connect is held.
    let isDraining = Atomic<Bool>(false)
    /// Grows with every change of hooks, of a channel's listeners, and of the set of wild channels.
    let version = Atomic<UInt64>(1)
    private let hooks = Mutex(Hooks())
    private let shardTurn = Atomic<Int>(-1)

    init(options: ServerOptions, shards: [Shard], logger: Logger) {
        self.options = options
        self.shards = shards
        self.shardIndexes = Dictionary(
            uniqueKeysWithValues: shards.map { (ObjectIdentifier($0.eventLoop), $0.index) }
        )
        self.logger = logger
        self.webSocket = Transport(.webSocket, options: options)
        self.longPolling = Transport(.longPolling, options: options)
        self.callbackPolling = Transport(.callbackPolling, options: options)
        self.local = Transport(local: options)
        self.channels = ChannelRegistry(limit: options.maxChannels, shardCount: shards.count)
    }

    /// The shard of an event loop; `nil` for a loop that is not the server's.
    func shard(of eventLoop: any EventLoop) -> Shard? {
        self.shardIndexes[ObjectIdentifier(eventLoop)].map { self.shards[$0] }
    }

    /// The shard of the session that a batch's first message names; `nil` when it names none.
    func shard(forFirstMessageOf batch: InboundBatch) -> Shard? {
        guard self.shards.count > 1, let clientID = batch.namedSession, SessionID.isWellFormed(clientID),
            let index = SessionID.shard(of: clientID.utf8), self.shards.indices.contains(index)
        else { return nil }
        return self.shards[index]
    }

    /// The shards in turn, for sessions that no connection belongs to.
    var nextShard: Shard {
        self.shards[self.shardTurn.add(1, ordering: .relaxed).newValue % self.shards.count]
    }

    /// One of the transports.
    func transport(_ connectionType: ConnectionType) -> Transport {
        switch connectionType {
        case .webSocket: self.webSocket
        case .longPolling: self.longPolling
        case .callbackPolling: self.callbackPolling
        }
    }

    /// The hooks as they are now.
    var currentHooks: Hooks { self.hooks.withLock { $0 } }

    /// Changes the hooks; every shard sees the change with the next message that it processes.
    func updateHooks<Result: Sendable>(_ change: (inout Hooks) -> Result) -> Result {
        defer { self.bumpVersion() }
        return self.hooks.withLock { change(&$0) }
    }

    /// Publishes a message that comes from the server itself.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - channel: Its channel.
    ///   - publisher: Who listeners see as the sender.
    ///   - completion: Told on some event loop whether it was published.
    func publish(
        _ message: BayeuxMessage,
        on channel: ServerChannel,
        from publisher: ServerSession?,
        _ completion: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        guard !channel.id.isWild else {
            self.logger.warning("a message to a pattern was dropped", metadata: ["channel": "\(channel.id)"])
            return completion(false)
        }
        let depth = PublishDepth.current
        guard depth <= self.options.maxPublishDepth else {
            self.logPublishDepth(channel.id.name)
            return completion(false)
        }
        // On the publisher's own loop, where its settings are; else on the caller's, so that what one loop publishes
        // stays in order.
        let shard = publisher?.shard ?? self.shards.first { $0.eventLoop.inEventLoop } ?? self.shards[0]
        shard.performOrElse {
            completion(false)
        } body: { shard in
            let publication = Publication(
                message: message,
                publisher: publisher,
                depth: depth,
                completion: completion
            )
            shard.publishFromServer(publication, on: channel)
        }
    }

    /// A listener publishes what calls it, over and over.
    func logPublishDepth(_ channel: String) {
        self.logger.error(
            "a message was dropped: listeners that publish have called each other too deep, most likely in a loop",
            metadata: ["channel": "\(channel)", "maxPublishDepth": "\(self.options.maxPublishDepth)"]
        )
    }

    /// Makes every shard look again at what it keeps a copy of.
    func bumpVersion() {
        self.version.add(1, ordering: .releasing)
    }

    /// The transports that a client may use, as replies to handshakes name them.
    var allowedTransports: [ConnectionType] { self.options.allowedTransports }
}

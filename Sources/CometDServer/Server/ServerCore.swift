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
    let logger: Logger
    private let webSocket: Transport
    private let longPolling: Transport
    private let callbackPolling: Transport
    /// How many sessions there are, on all shards.
    let sessionCount = Atomic<Int>(0)
    /// Whether the server is ending: no session begins any more, and no connect is held.
    let isDraining = Atomic<Bool>(false)
    /// Grows with every change of hooks, of a channel's listeners, and of the set of wild channels.
    let version = Atomic<UInt64>(1)
    private let hooks = Mutex(Hooks())

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
    func updateHooks(_ change: (inout Hooks) -> Void) {
        self.hooks.withLock { change(&$0) }
        self.bumpVersion()
    }

    /// Publishes a message that comes from the server itself.
    func publish(_ message: BayeuxMessage, on channel: ServerChannel) {
        guard !channel.id.isWild else {
            self.logger.warning("a message to a pattern was dropped", metadata: ["channel": "\(channel.id)"])
            return
        }
        // On the caller's own loop when it is one of ours, so that what one loop publishes stays in order.
        let shard = self.shards.first { $0.eventLoop.inEventLoop } ?? self.shards[0]
        shard.perform { $0.publishFromServer(message, on: channel) }
    }

    /// Makes every shard look again at what it keeps a copy of.
    func bumpVersion() {
        self.version.add(1, ordering: .releasing)
    }

    /// The transports that a client may use, as replies to handshakes name them.
    var allowedTransports: [ConnectionType] { self.options.allowedTransports }
}

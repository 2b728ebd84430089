public import Bayeux
public import Logging
public import NIOCore
public import ServiceLifecycle
import Synchronization

/// A Bayeux server: sessions, channels and the rules between them.
///
/// It opens no socket.
///
/// Transports bring it messages: put it behind Hummingbird with `CometDHummingbird`, or behind the listener of
/// `CometDServerNIO`. Run it as a service of the application, so that it drains when the application stops.
///
/// - SeeAlso: CometD 3.1 reference book, "Server library"; REQUIREMENTS S1.
public final class BayeuxServer: Service {
    /// How the server behaves.
    public let options: ServerOptions
    /// Where the server's event loops come from; its listeners must use the same ones.
    public let eventLoopGroup: any EventLoopGroup
    let core: ServerCore
    /// What starts and stops with the server.
    let services = ServiceRoster()
    /// The functions that clients call.
    let remoteCalls: RemoteCalls
    private let isStopped = Atomic<Bool>(false)

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - options: How it behaves. Default: as CometD does.
    ///   - eventLoopGroup: The event loops that its sessions live on, at most 1296; more are left idle.
    ///   - logger: Where it logs. Default: label `cometd`.
    public init(
        options: ServerOptions = ServerOptions(),
        eventLoopGroup: any EventLoopGroup,
        logger: Logger = Logger(label: "cometd")
    ) {
        let eventLoops = eventLoopGroup.makeIterator().prefix(SessionID.maxShards)
        let shards = eventLoops.enumerated().map { Shard(index: $0.offset, eventLoop: $0.element) }
        self.options = options
        self.eventLoopGroup = eventLoopGroup
        self.core = ServerCore(options: options, shards: shards, logger: logger)
        self.remoteCalls = RemoteCalls(limit: options.maxRemoteCalls, logger: logger)
        for name in ["handshake", "connect", "disconnect", "subscribe", "unsubscribe"] {
            if let id = try? ChannelID("/meta/" + name) {
                self.core.channels.findOrCreate(id, core: self.core)?.channel.isPersistent = true
            }
        }
        for shard in shards { shard.start(with: self.core) }
    }

    deinit {
        guard !self.isStopped.load(ordering: .relaxed) else { return }
        for shard in self.core.shards { shard.stop() }
    }

    /// Starts the services, waits until the application stops, then drains.
    ///
    /// Held connects are answered with the advice to come back, what waits is sent, WebSockets are closed. The services
    /// are stopped last.
    ///
    /// - Throws: What the start of a service throws.
    public func run() async throws {
        try await self.startServices()
        try? await gracefulShutdown()
        await self.drain()
        await self.services.stop()
    }

    /// Ends all sessions in order, as at the end of ``run()``.
    ///
    /// For good: from now on handshakes are refused and connects are answered at once.
    public func drain() async {
        self.core.isDraining.store(true, ordering: .relaxed)
        for shard in self.core.shards { _ = await shard.compute { $0.drain() } }
        self.core.streams.finish()
    }

    /// Drains, stops the services, then lets go of everything on the event loops; the server is of no use afterwards.
    ///
    /// Call it before the event loop group is shut down. A server that is released while its group lives on does the
    /// same by itself, without draining.
    public func shutdown() async {
        await self.drain()
        await self.services.stop()
        guard !self.isStopped.exchange(true, ordering: .relaxed) else { return }
        for shard in self.core.shards { shard.stop() }
    }
}

// MARK: - What applications use

extension BayeuxServer {
    /// The channel of a name; it is made when it does not exist.
    ///
    /// - Parameter name: A channel or a pattern, such as `/chat/room1` or `/chat/**`.
    /// - Returns: The channel.
    /// - Throws: ``/Bayeux/BayeuxError`` with `channelInvalid` when the name is no channel's; with `createDenied` when
    ///   there are `maxChannels` channels.
    public func channel(_ name: String) throws(BayeuxError) -> ServerChannel {
        let id = try ChannelID(name)
        guard let created = self.core.channels.findOrCreate(id, core: self.core) else { throw Self.tooManyChannels }
        return created.channel
    }

    /// The channel of a name, if it exists.
    public func existingChannel(_ name: String) -> ServerChannel? {
        guard let id = try? ChannelID(name) else { return nil }
        return self.core.channels.channel(named: id.name)
    }

    /// The channel of a name; when it does not exist it is made and configured before anyone else sees it.
    ///
    /// - Parameters:
    ///   - name: A channel or a pattern.
    ///   - configure: Called with a channel that has just been made. When another thread makes the same channel at the
    ///     same time, the one that comes second is thrown away.
    /// - Returns: The channel, and whether this call has made it.
    /// - Throws: As ``channel(_:)``, or what `configure` throws; the channel is not made then.
    /// - SeeAlso: CometD `BayeuxServer.createChannelIfAbsent`; REQUIREMENTS C2.
    public func createChannelIfAbsent(
        _ name: String,
        _ configure: (ServerChannel) throws -> Void = { _ in }
    ) throws -> CreatedChannel {
        let id = try ChannelID(name)
        guard let created = try self.core.channels.findOrCreate(id, core: self.core, configure) else {
            throw Self.tooManyChannels
        }
        return created
    }

    private static let tooManyChannels = BayeuxError(.createDenied, reason: "too_many_channels")

    /// The names of the channels that exist, in no order.
    public var channelNames: [String] { self.core.channels.names }

    /// How many sessions there are.
    public var sessionCount: Int { self.core.sessionCount.load(ordering: .relaxed) }

    /// The session of a `clientId`; `nil` when there is none.
    public func session(_ clientID: String) async -> ServerSession? {
        // The id of a local session has a hint in front.
        let made = clientID.split(separator: "_").last.map(String.init) ?? ""
        guard SessionID.isWellFormed(made), let index = SessionID.shard(of: made.utf8),
            self.core.shards.indices.contains(index)
        else { return nil }
        return await self.core.shards[index].compute { $0.session(clientID)?.handle } ?? nil
    }

    /// All sessions, those of local clients too, in no order.
    ///
    /// - Complexity: O(*n*) in the number of sessions.
    public func sessions() async -> [ServerSession] {
        var sessions: [ServerSession] = []
        for shard in self.core.shards { sessions += await shard.compute { $0.sessions.values.map(\.handle) } ?? [] }
        return sessions
    }

    /// Decides what clients may do; `nil`, the default, allows all but meta channels.
    public var securityPolicy: (any SecurityPolicy)? {
        get { self.core.currentHooks.securityPolicy }
        set {
            // The policy that goes is let go of outside of the lock.
            _ = self.core.updateHooks { hooks in
                defer { hooks.securityPolicy = newValue }
                return hooks.securityPolicy
            }
        }
    }
}

// MARK: - Shards

extension BayeuxServer {
    /// The shard of an event loop.
    func shard(of eventLoop: any EventLoop) -> Shard {
        guard let shard = self.core.shard(of: eventLoop) else {
            preconditionFailure("a listener must use the event loops of the server that it serves")
        }
        return shard
    }
}

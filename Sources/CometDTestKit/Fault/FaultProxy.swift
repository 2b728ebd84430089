public import NIOCore
public import NIOPosix

/// A TCP proxy on the loopback interface that does to connections what networks do, when a test says so.
///
/// It stands between a client and a server, listens at a free port of `127.0.0.1`, and passes on what comes from
/// either side: bytes, the end of a direction (FIN), a broken connection (RST). A server that cannot be reached shows as
/// a reset. All its sockets live on one event loop, so that a fault is in force when its method returns.
///
/// A connection exists for the proxy when ``connectionCount`` counts it. A client may see its connection established a
/// moment earlier: ``waitForConnections(_:)`` before a fault that is to hit it.
///
/// ```swift
/// let proxy = try await FaultProxy.start(to: serverAddress)
/// await proxy.cut(afterBytesToClient: 10)
/// // ... let the client work through proxy.port ...
/// await proxy.stop()
/// ```
///
/// It reads from one side only while the other takes it. What it holds, because of a fault or because the other side is
/// slow, is limited to 1 MiB a connection; then it stops to read. (What a peer that has sent its FIN left in the
/// kernel's buffer, up to 512 KiB, is read at once.)
public final class FaultProxy: Sendable {
    /// The port that it listens at, for as long as it exists.
    public let port: Int
    let eventLoop: any EventLoop
    let switchboard: NIOLoopBound<ProxySwitchboard>
    private let traffic: ProxyTraffic

    private init(port: Int, switchboard: NIOLoopBound<ProxySwitchboard>, traffic: ProxyTraffic) {
        self.port = port
        self.eventLoop = switchboard.eventLoop
        self.switchboard = switchboard
        self.traffic = traffic
    }

    /// Starts a proxy; ``stop()`` ends it.
    ///
    /// - Parameters:
    ///   - target: The server; an IP address.
    ///   - group: One of its event loops runs the proxy. Default: the event loops of the process.
    /// - Returns: The proxy, which listens.
    /// - Throws: What makes listening impossible.
    public static func start(
        to target: SocketAddress,
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> FaultProxy {
        let eventLoop = group.next()
        let traffic = ProxyTraffic()
        let switchboard = try await eventLoop.submit {
            NIOLoopBound(ProxySwitchboard(to: target, on: eventLoop, traffic: traffic), eventLoop: eventLoop)
        }.get()
        let port = try await eventLoop.flatSubmit { switchboard.value.listen() }.get()
        return FaultProxy(port: port, switchboard: switchboard, traffic: traffic)
    }

    /// Closes the port and every connection, for good.
    public func stop() async {
        try? await self.eventLoop.flatSubmit { self.switchboard.value.stop() }.get()
    }

    /// Where it listens.
    public var address: SocketAddress {
        get throws { try SocketAddress(ipAddress: "127.0.0.1", port: self.port) }
    }

    /// How many connections it has accepted so far.
    public var connectionCount: Int { self.traffic.accepted.count }

    /// How many connections are relayed at this moment.
    ///
    /// One that is half closed is; so is one whose end at one side has not been passed on, frozen or delayed as it is.
    public var openConnections: Int { self.traffic.totals.openConnections }

    /// How many bytes it has passed on to the server, over all connections.
    public var bytesToServer: Int { self.traffic.totals.bytesToServer }

    /// How many bytes it has passed on to clients, over all connections.
    ///
    /// Its own answers to upgrades are not counted.
    public var bytesToClient: Int { self.traffic.totals.bytesToClient }

    /// Waits until it has accepted that many connections since its start.
    ///
    /// Returns at once, with fewer, when the task is cancelled.
    public func waitForConnections(_ count: Int) async {
        await self.traffic.accepted.wait(for: count)
    }

    func perform(_ change: @escaping @Sendable (ProxySwitchboard) -> Void) async {
        // Fails when the event loop has been shut down, which has ended everything.
        try? await self.eventLoop.submit { change(self.switchboard.value) }.get()
    }
}

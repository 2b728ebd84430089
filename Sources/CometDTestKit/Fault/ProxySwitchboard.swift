import NIOCore
import NIOPosix

/// Where a ``FaultProxy`` listens, with its faults and its connections.
///
/// Confined to the proxy's event loop, as are all its sockets; never `Sendable`.
final class ProxySwitchboard {
    /// What a socket's kernel buffer takes when the proxy does not read: small, so that a peer soon notices.
    static let receiveBuffer = 1 << 18

    private enum Listener {
        case closed
        case open(any Channel)
        case stopped
    }

    let eventLoop: any EventLoop
    let traffic: ProxyTraffic
    /// Where new connections lead.
    var target: SocketAddress
    private(set) var faults = ProxyFaults()
    private var connections: [ObjectIdentifier: ProxyConnection] = [:]
    private var listener = Listener.closed
    /// Keeps the port while nothing listens there.
    private let reservation = ReservedPort()
    private var port: Int
    /// Opening and closing the port take their turns; this one never fails.
    private var lastTurn: EventLoopFuture<Void>

    init(to target: SocketAddress, on eventLoop: any EventLoop, traffic: ProxyTraffic) {
        self.target = target
        self.eventLoop = eventLoop
        self.traffic = traffic
        self.port = self.reservation?.number ?? 0
        self.lastTurn = eventLoop.makeSucceededVoidFuture()
    }

    // The port.

    /// Listens, at a free port the first time and at the same one later.
    ///
    /// - Returns: The port.
    func listen() -> EventLoopFuture<Int> {
        self.inTurn {
            switch self.listener {
            case .open: self.eventLoop.makeSucceededFuture(self.port)
            case .stopped: self.eventLoop.makeFailedFuture(ChannelError.alreadyClosed)
            case .closed: self.bind()
            }
        }
    }

    /// Stops to listen.
    func refuse() -> EventLoopFuture<Void> {
        self.inTurn {
            switch self.listener {
            case .open(let channel):
                self.listener = .closed
                return channel.close()
            case .closed, .stopped:
                return self.eventLoop.makeSucceededVoidFuture()
            }
        }
    }

    /// Stops to listen for good, and ends every connection.
    func stop() -> EventLoopFuture<Void> {
        self.inTurn {
            let listener = self.listener
            self.listener = .stopped
            self.endAll(client: .close, server: .close)
            // Those that were ended before, and wait for their peers.
            for connection in self.connections.values { connection.abandon() }
            return if case .open(let channel) = listener {
                channel.close()
            } else {
                self.eventLoop.makeSucceededVoidFuture()
            }
        }
    }

    private func bind() -> EventLoopFuture<Int> {
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        return ServerBootstrap(group: self.eventLoop, childGroup: self.eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.so_rcvbuf), value: Self.receiveBuffer)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ProxyConnection(channel, on: bound.value)
                    try channel.pipeline.syncOperations.addHandler(ProxySideHandler(.client, of: connection))
                }
            }
            .bind(host: "127.0.0.1", port: self.port)
            .assumeIsolated()
            .map { channel in
                self.listener = .open(channel)
                self.port = channel.localAddress?.port ?? 0
                return self.port
            }
            .nonisolated()
    }

    private func inTurn<Result: Sendable>(
        _ step: @escaping () -> EventLoopFuture<Result>
    ) -> EventLoopFuture<Result> {
        let turn = self.lastTurn.assumeIsolated().flatMap(step).nonisolated()
        self.lastTurn = turn.map { _ in }.recover { _ in }
        return turn
    }

    // The connections.

    /// A client has connected.
    func opened(_ connection: ProxyConnection) {
        self.connections[ObjectIdentifier(connection)] = connection
        self.traffic.connectionOpened()
    }

    /// Both sockets of a connection are closed.
    func closed(_ connection: ProxyConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
    }

    /// Ends every connection.
    func endAll(client: ProxyConnection.Ending, server: ProxyConnection.Ending) {
        for connection in self.connections.values { connection.end(client: client, server: server) }
    }

    // The faults.

    /// Switches faults on or off.
    func change(_ body: (inout ProxyFaults) -> Void) {
        body(&self.faults)
        for connection in self.connections.values { connection.advance() }
    }

    /// Has the first connection cut that passes on more than so many bytes from now on.
    func arm(_ direction: ProxyLane.Direction, after count: Int) {
        self.faults[cut: direction] = max(0, count)
        for connection in self.connections.values { connection.countAgain(direction) }
    }

    /// A connection has been cut.
    func disarm(_ direction: ProxyLane.Direction) {
        self.faults[cut: direction] = nil
    }
}

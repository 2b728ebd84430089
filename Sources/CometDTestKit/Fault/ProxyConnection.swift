import NIOCore
import NIOPosix

/// One client's connection through a ``FaultProxy``: passes on what comes, or does what the faults say.
///
/// Confined to the proxy's event loop; never `Sendable`.
final class ProxyConnection {
    /// One of its two sockets.
    enum Side {
        case client
        case server
    }

    /// How a socket is closed.
    enum Ending {
        /// At once.
        case close
        /// With FIN, behind what has been written.
        case finish
        /// With RST.
        case reset
    }

    private enum Phase {
        case relaying
        /// It has passed on all that it may, and ends when the peer's kernel has it.
        case cutting
        /// What comes is discarded.
        case ended
    }

    private enum ServerState {
        /// The server is not connected yet, because of a fault.
        case postponed
        case connecting
        case connected
        case closed
    }

    private let switchboard: ProxySwitchboard
    private let client: any Channel
    private let toServer = ProxyLane(.toServer)
    private let toClient = ProxyLane(.toClient)
    private var phase = Phase.relaying
    private var server = ServerState.postponed
    private var inspection = UpgradeInspection.waiting(ByteBuffer())

    init(_ client: any Channel, on switchboard: ProxySwitchboard) {
        self.client = client
        self.switchboard = switchboard
        self.toServer.source = client
        self.toClient.sink = client
    }

    // What happens on the sockets.

    /// The client has connected.
    func opened() {
        self.switchboard.opened(self)
        self.advance()
    }

    /// The server has accepted the connection.
    func serverReached(by channel: any Channel) {
        switch self.phase {
        case .relaying:
            self.server = .connected
            self.toServer.sink = channel
            self.toClient.source = channel
            self.advance()
        case .cutting, .ended:
            channel.close(promise: nil)
        }
    }

    /// A side has sent something.
    func received(_ bytes: ByteBuffer, from side: Side) {
        self.hold(.bytes(bytes), from: side)
    }

    /// A side has sent its FIN.
    func inputEnded(of side: Side) {
        self.lane(from: side).sourceEnded = true
        self.hold(.end, from: side)
    }

    /// A side takes more, or does not.
    func writabilityChanged(of side: Side) {
        self.pump(self.lane(to: side))
    }

    /// A side's socket has been closed, by whomever.
    func closed(_ side: Side, hasFailed: Bool) {
        if side == .server { self.server = .closed }
        switch self.phase {
        case .relaying:
            let lane = self.lane(from: side)
            switch (lane.sourceEnded, self.lane(to: side).sinkEnded) {
            case (true, true) where !hasFailed: break
            // The last of two FINs closes the socket without a further word.
            case (false, true) where !hasFailed: self.hold(.end, from: side)
            case (true, _), (false, _): self.hold(.reset, from: side)
            }
        case .cutting, .ended:
            // A cut looks after its sink itself, and goes on without the other side.
            break
        }
        guard !self.client.isActive, !self.isServerOpen else { return }
        self.end(client: .close, server: .close)
        self.switchboard.closed(self)
    }

    // What the faults do.

    /// The faults are others now, or a socket has been opened: does what it may.
    func advance() {
        if case .postponed = self.server, self.phase == .relaying, !self.switchboard.faults.isFrozen,
            self.inspection.isDone || !self.switchboard.faults.refusesUpgrades
        {
            self.connect()
        }
        self.pump(self.toServer)
        self.pump(self.toClient)
    }

    /// Begins to count for a cut.
    func countAgain(_ direction: ProxyLane.Direction) {
        switch direction {
        case .toServer: self.toServer.bytesSinceCut = 0
        case .toClient: self.toClient.bytesSinceCut = 0
        }
    }

    /// Ends the connection and drops what is held.
    func end(client: Ending, server: Ending) {
        switch self.phase {
        case .relaying: self.switchboard.traffic.connectionEnded()
        case .cutting: break
        case .ended: return
        }
        self.phase = .ended
        self.toServer.clear()
        self.toClient.clear()
        let serverChannel = self.toServer.sink
        Self.end(self.client, client)
        if let serverChannel { Self.end(serverChannel, server) }
        // No socket is left that would tell of its end.
        if !self.client.isActive, !self.isServerOpen { self.switchboard.closed(self) }
    }

    /// Closes what is still open after the connection has ended, without waiting for a peer.
    func abandon() {
        self.client.close(promise: nil)
        self.toServer.sink?.close(promise: nil)
    }

    private static func end(_ channel: any Channel, _ ending: Ending) {
        switch ending {
        case .close: channel.close(promise: nil)
        case .finish: channel.finish()
        case .reset: channel.reset()
        }
    }

    // How things move.

    private var isServerOpen: Bool {
        switch self.server {
        case .connecting, .connected: true
        // It will be, for the sake of what a client that is gone has left.
        case .postponed: self.phase == .relaying && !self.toServer.held.isEmpty
        case .closed: false
        }
    }

    private func lane(from side: Side) -> ProxyLane {
        switch side {
        case .client: self.toServer
        case .server: self.toClient
        }
    }

    private func lane(to side: Side) -> ProxyLane {
        switch side {
        case .client: self.toClient
        case .server: self.toServer
        }
    }

    private func connect() {
        self.server = .connecting
        let bound = NIOLoopBound(self, eventLoop: self.switchboard.eventLoop)
        ClientBootstrap(group: self.switchboard.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.socketOption(.so_rcvbuf), value: ProxySwitchboard.receiveBuffer)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ProxySideHandler(.server, of: bound.value))
                }
            }
            .connect(to: self.switchboard.target)
            .assumeIsolated()
            .whenFailure { _ in
                // A server that is not there: what a client sees of that behind a proxy is a reset.
                self.server = .closed
                self.end(client: .reset, server: .close)
                if !self.client.isActive { self.switchboard.closed(self) }
            }
    }

    private func hold(_ item: HeldItems.Item, from side: Side) {
        guard self.phase == .relaying else { return }
        let lane = self.lane(from: side)
        lane.held.append(item, due: self.switchboard.eventLoop.now + self.switchboard.faults.delay)
        self.pump(lane)
    }

    /// Passes on what is due, as long as it is taken.
    private func pump(_ lane: ProxyLane) {
        pumping: while self.phase == .relaying, !self.switchboard.faults.isFrozen {
            switch lane.held.next(now: self.switchboard.eventLoop.now) {
            case .due(let item):
                guard self.takes(item, lane) else { break pumping }
                lane.held.removeFirst()
                self.deliver(item, lane)
            case .later(let due):
                lane.wake(at: due, on: self.switchboard.eventLoop) { self.pump(lane) }
                break pumping
            case .none:
                break pumping
            }
        }
        if self.phase != .ended {
            lane.setReading(self.phase == .relaying && !self.switchboard.faults.isFrozen)
        }
    }

    private func takes(_ item: HeldItems.Item, _ lane: ProxyLane) -> Bool {
        switch item {
        case .reset: true
        case .bytes, .end:
            if lane.direction == .toServer, !self.inspection.isDone {
                true
            } else {
                lane.sink.map { $0.isWritable || !$0.isActive } ?? false
            }
        }
    }

    private func deliver(_ item: HeldItems.Item, _ lane: ProxyLane) {
        switch (item, lane.direction) {
        case (.reset, .toServer): self.passReset(to: lane.sink) { self.end(client: .close, server: .reset) }
        case (.reset, .toClient): self.passReset(to: lane.sink) { self.end(client: .reset, server: .close) }
        case (.bytes(let bytes), .toServer) where !self.inspection.isDone:
            let isRefusing = self.switchboard.faults.refusesUpgrades
            self.perform(self.inspection.received(bytes, isRefusing: isRefusing))
        case (.end, .toServer) where !self.inspection.isDone:
            lane.held.putBack(.end)
            self.perform(self.inspection.ended())
        case (.bytes(let bytes), _): self.pass(bytes, lane)
        case (.end, _):
            lane.sinkEnded = true
            lane.sink?.closeOutput()
        }
    }

    /// A reset drops what has been written and not been sent yet, which came before it: so that goes out first.
    ///
    /// Not when a peer that does not read has let it pile up: it would never end.
    private func passReset(to sink: (any Channel)?, _ end: @escaping () -> Void) {
        guard let sink, sink.isActive, sink.isWritable else { return end() }
        sink.writeAndFlush(ByteBuffer()).assumeIsolated().whenComplete { _ in end() }
    }

    private func perform(_ action: UpgradeInspection.OnBytes) {
        switch action {
        case .none: break
        case .pass(let bytes):
            self.toServer.held.putBack(.bytes(bytes))
            if case .postponed = self.server { self.connect() }
        case .refuse:
            let answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            self.client.writeAndFlush(ByteBuffer(string: answer), promise: nil)
            self.end(client: .finish, server: .close)
        }
    }

    private func pass(_ bytes: ByteBuffer, _ lane: ProxyLane) {
        guard let sink = lane.sink, sink.isActive else { return }
        let count = bytes.readableBytes
        if let limit = self.switchboard.faults[cut: lane.direction], lane.bytesSinceCut + count > limit {
            self.switchboard.disarm(lane.direction)
            self.cut(lane, sink, last: bytes.getSlice(at: bytes.readerIndex, length: limit - lane.bytesSinceCut))
            return
        }
        lane.bytesSinceCut += count
        self.switchboard.traffic.passed(count, lane.direction)
        sink.writeAndFlush(bytes, promise: nil)
    }

    private func cut(_ lane: ProxyLane, _ sink: any Channel, last: ByteBuffer?) {
        self.phase = .cutting
        self.switchboard.traffic.connectionEnded()
        for lane in [self.toServer, self.toClient] {
            lane.clear()
            lane.setReading(false)
        }
        let last = last ?? ByteBuffer()
        self.switchboard.traffic.passed(last.readableBytes, lane.direction)
        sink.writeAndFlush(last).assumeIsolated().whenComplete { _ in self.resetWhenDelivered(lane, sink) }
    }

    /// A reset drops what the peer's kernel has not got yet, of which nobody tells: so this looks every millisecond.
    private func resetWhenDelivered(_ lane: ProxyLane, _ sink: any Channel) {
        guard self.phase == .cutting else { return }
        guard sink.isActive, sink.unacknowledgedBytes > 0 else {
            switch lane.direction {
            case .toServer: self.end(client: .reset, server: .reset)
            case .toClient: self.end(client: .reset, server: .close)
            }
            return
        }
        lane.wake(at: self.switchboard.eventLoop.now + .milliseconds(1), on: self.switchboard.eventLoop) {
            self.resetWhenDelivered(lane, sink)
        }
    }
}

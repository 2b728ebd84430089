import NIOCore

/// One direction of a connection through a ``FaultProxy``, with what waits in it.
///
/// Confined to the proxy's event loop; never `Sendable`.
final class ProxyLane {
    /// Where bytes go.
    enum Direction {
        case toServer
        case toClient
    }

    /// The memory that a lane holds before it stops to read; two lanes make the 1 MiB of a connection.
    static let limit = 1 << 19

    let direction: Direction
    /// Where bytes come from.
    var source: (any Channel)?
    /// Where they go to.
    var sink: (any Channel)?
    /// What has come and has not gone.
    var held = HeldItems()
    /// How many bytes have gone since a cut was last asked for.
    var bytesSinceCut = 0
    /// The source has sent its FIN.
    var sourceEnded = false
    /// The source's FIN has been passed on.
    var sinkEnded = false
    private var wake: Scheduled<Void>?

    init(_ direction: Direction) { self.direction = direction }

    /// Reads from the source if there is room for what it sends and the sink takes it.
    func setReading(_ isAllowed: Bool) {
        guard let source, source.isActive else { return }
        let reads = isAllowed && self.held.footprint < Self.limit && (self.sink?.isWritable ?? true)
        // Does nothing when it is the value already. Fails for a closed channel only, which reads nothing.
        try? source.syncOptions?.setOption(.autoRead, value: reads)
    }

    /// Does something later, in place of what it was going to do later.
    func wake(at due: NIODeadline, on eventLoop: any EventLoop, _ body: @escaping () -> Void) {
        self.wake?.cancel()
        self.wake = eventLoop.assumeIsolated().scheduleTask(deadline: due, body)
    }

    /// Drops what waits.
    func clear() {
        self.wake?.cancel()
        self.wake = nil
        self.held.removeAll()
    }
}

import Synchronization

/// What a ``FaultProxy`` has seen so far, for those who look from outside of its event loop.
final class ProxyTraffic: Sendable {
    /// The figures.
    struct Totals {
        var openConnections = 0
        var bytesToServer = 0
        var bytesToClient = 0
    }

    /// The connections that it has accepted.
    let accepted = CountWatch()
    private let state = Mutex(Totals())

    /// The figures at this moment.
    var totals: Totals { self.state.withLock { $0 } }

    /// A client has connected.
    func connectionOpened() {
        self.state.withLock { $0.openConnections += 1 }
        self.accepted.increment()
    }

    /// A connection relays nothing any more.
    func connectionEnded() {
        self.state.withLock { $0.openConnections -= 1 }
    }

    /// Bytes have been passed on.
    func passed(_ count: Int, _ direction: ProxyLane.Direction) {
        self.state.withLock {
            switch direction {
            case .toServer: $0.bytesToServer += count
            case .toClient: $0.bytesToClient += count
            }
        }
    }
}

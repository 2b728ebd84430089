import Bayeux
import CometDServer
import Synchronization

/// A wall clock that stands still until a test moves it.
final class SettableClock: Sendable {
    private let time: Mutex<Duration>

    init(_ time: Duration) { self.time = Mutex(time) }

    var clock: WallClock { WallClock { self.time.withLock { $0 } } }

    func advance(by duration: Duration) { self.time.withLock { $0 += duration } }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#elseif canImport(Darwin)
import Darwin
#endif

/// Tells the time of day, for extensions that send it to their peers.
///
/// Event loops have a clock of their own, which counts from the start of the machine and never jumps.
public struct WallClock: Sendable {
    private let read: @Sendable () -> Duration

    /// Makes a clock, such as one that a test sets.
    ///
    /// - Parameter read: Tells how long ago 1 January 1970 began in Greenwich, leap seconds left out.
    public init(_ read: @escaping @Sendable () -> Duration) {
        self.read = read
    }

    /// The clock of the machine.
    public static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    /// How long ago 1 January 1970 began in Greenwich.
    public var now: Duration { self.read() }

    /// The same in whole milliseconds.
    package var milliseconds: Int {
        let (seconds, attoseconds) = self.now.components
        // A clock that is set out of all proportion must not trap.
        let limit: Int64 = 1 << 52
        let milliseconds = min(max(seconds, -limit / 1000), limit / 1000) * 1000 + attoseconds / 1_000_000_000_000_000
        return Int(milliseconds)
    }
}

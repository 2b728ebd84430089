public import Bayeux

/// Puts the time at which it leaves into every message: `"timestamp":"2026-11-20T23:57:48.12"`, in Greenwich.
///
/// - SeeAlso: Bayeux specification, "timestamp"; CometD 3.1 reference book, "Timestamp extension"; REQUIREMENTS N5, P6.
public struct TimestampClientExtension: ClientExtension {
    private let clock: WallClock

    /// Makes the extension.
    ///
    /// - Parameter clock: Tells the time.
    public init(clock: WallClock = .system) { self.clock = clock }

    /// Adds the time.
    public func outgoing(_ message: inout BayeuxMessage) throws -> Bool {
        message[.timestamp] = JSONBytes(.string(self.clock.timestamp))
        return true
    }
}

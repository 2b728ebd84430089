public import Bayeux

/// Puts the time at which it leaves into every message: `"timestamp":"2026-11-20T23:57:48.12"`, in Greenwich.
///
/// A broadcast has one time for all its receivers: that of its publishing. A time that a client has put in is replaced.
/// The form is the specification's; CometD's own server writes `Fri Nov 20 23:57:48 UTC 2026`.
///
/// - SeeAlso: Bayeux specification, "timestamp"; CometD 3.1 reference book, "Timestamp extension"; REQUIREMENTS N5, P6.
public struct TimestampExtension: BayeuxExtension {
    private let clock: WallClock

    /// Makes the extension.
    ///
    /// - Parameter clock: Tells the time.
    public init(clock: WallClock = .system) {
        self.clock = clock
    }

    /// All that leaves.
    public var scope: ExtensionScope { [.outgoingMeta, .outgoing] }

    /// Adds the time.
    public func outgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        from sender: ServerSession?
    ) async throws -> Bool {
        message[.timestamp] = JSONBytes(.string(self.clock.timestamp))
        return true
    }
}

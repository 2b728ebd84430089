import Foundation

/// The time of day that the demo tells its clients.
struct DemoClock: Sendable {
    /// Milliseconds since the beginning of 1970.
    let now: @Sendable () -> Int

    /// The system's time.
    static let system = DemoClock { Int((Date().timeIntervalSince1970 * 1000).rounded()) }
}

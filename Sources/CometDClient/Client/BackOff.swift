/// How long a client waits before it tries again what has failed.
///
/// - SeeAlso: CometD 3.1.14, `backoffIncrement` and `maxBackoff`; CometD 4, `BackOffStrategy`; REQUIREMENTS Q3.
public struct BackOff: Hashable, Sendable {
    private enum Growth: Hashable {
        case linear(increment: Duration, max: Duration)
        case constant(Duration)
    }

    private var growth: Growth
    /// Which part of each delay is left to chance, from 0 to 1; default 0.25.
    ///
    /// A delay of 4 s with a jitter of 0.25 lies between 3 s and 4 s: clients that lost the same server do not come
    /// back in the same moment. Our own choice.
    public var jitter: Double

    /// Waits longer after each failure.
    ///
    /// - Parameters:
    ///   - increment: How much longer each time. Default 1 s.
    ///   - max: The longest wait. Default 30 s.
    ///   - jitter: Which part of each wait is left to chance. Default 0.25.
    /// - Returns: The back-off.
    public static func linear(
        increment: Duration = .seconds(1),
        max: Duration = .seconds(30),
        jitter: Double = 0.25
    ) -> Self {
        Self(growth: .linear(increment: increment, max: max), jitter: jitter)
    }

    /// Waits the same time after each failure.
    ///
    /// - Parameters:
    ///   - delay: How long.
    ///   - jitter: Which part of each wait is left to chance. Default 0.25.
    /// - Returns: The back-off.
    public static func constant(_ delay: Duration, jitter: Double = 0.25) -> Self {
        Self(growth: .constant(delay), jitter: jitter)
    }

    /// The wait after a number of failures in a row.
    ///
    /// - Parameters:
    ///   - failures: How many, at least 1.
    ///   - chance: A number from 0 to 1.
    /// - Returns: The wait, never less than 10 ms: a client must not spin, whatever its options.
    package func delay(after failures: Int, chance: Double) -> Duration {
        let longest =
            switch self.growth {
            case .linear(let increment, let max): min(increment * min(failures, 1 << 20), max)
            case .constant(let delay): delay
            }
        let part = 1 - min(max(self.jitter, 0), 1) * min(max(chance, 0), 1)
        return max(.milliseconds(10), longest * part)
    }
}

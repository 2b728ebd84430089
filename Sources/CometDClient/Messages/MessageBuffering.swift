/// What happens to messages that come while nobody takes those before them.
public struct MessageBuffering: Hashable, Sendable {
    enum WhenFull: Hashable {
        case fail, dropOldest, dropNewest
    }

    let limit: Int
    let whenFull: WhenFull

    /// Keeps up to a number of messages; when they are not taken in time, the sequence ends with
    /// ``ClientError/Code/overflow`` after them, rather than leave something out.
    ///
    /// - Parameter limit: How many may wait.
    /// - Returns: The way to treat them.
    public static func failing(beyond limit: Int) -> Self { Self(limit: max(1, limit), whenFull: .fail) }

    /// Keeps the newest messages.
    ///
    /// - Parameter limit: How many may wait.
    /// - Returns: The way to treat them.
    public static func newest(_ limit: Int) -> Self { Self(limit: max(1, limit), whenFull: .dropOldest) }

    /// Keeps the oldest messages.
    ///
    /// - Parameter limit: How many may wait.
    /// - Returns: The way to treat them.
    public static func oldest(_ limit: Int) -> Self { Self(limit: max(1, limit), whenFull: .dropNewest) }

    /// Up to 4,096 messages, then ``failing(beyond:)``.
    public static var standard: Self { .failing(beyond: 4096) }
}

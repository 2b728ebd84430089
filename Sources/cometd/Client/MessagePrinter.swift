import Bayeux

/// Prints the messages of several subscriptions, one after the other.
actor MessagePrinter {
    private let format: MessageFormat
    private let patterns: [ChannelPattern]
    private var left: Int?
    private let write: @Sendable (String) throws -> Void

    /// Makes a printer.
    ///
    /// - Parameters:
    ///   - format: How messages are printed.
    ///   - patterns: What was subscribed to.
    ///   - count: How many messages are printed at most; `nil` for all.
    ///   - write: Writes a line.
    init(
        _ format: MessageFormat,
        of patterns: [ChannelPattern],
        count: Int?,
        to write: @escaping @Sendable (String) throws -> Void
    ) {
        self.format = format
        self.patterns = patterns
        self.left = count
        self.write = write
    }

    /// Prints a message of a subscription, unless an earlier one has it, too.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - index: Which subscription it came by.
    /// - Returns: Whether more messages are wanted.
    /// - Throws: What writing throws.
    func print(_ message: BayeuxMessage, of index: Int) throws -> Bool {
        guard self.left != 0 else { return false }
        guard !self.patterns.prefix(index).contains(where: { Self.covers($0, message.channel ?? "") }) else {
            return true
        }
        try self.write(self.format.line(message))
        if let left = self.left { self.left = left - 1 }
        return self.left != 0
    }

    private static func covers(_ pattern: ChannelPattern, _ channel: String) -> Bool {
        if pattern.id.isTemplate { return pattern.bind(channel) != nil }
        guard let id = try? ChannelID(channel) else { return false }
        return pattern.id.matches(id)
    }
}

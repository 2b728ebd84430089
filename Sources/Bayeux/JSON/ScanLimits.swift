/// What a received text may cost before it is refused.
package struct ScanLimits: Hashable, Sendable {
    /// How deep arrays and objects may be nested, the batch's array and the message included.
    ///
    /// Default 64.
    package var maxDepth: Int
    /// How many messages one batch may have.
    ///
    /// Default 4096.
    package var maxMessages: Int

    package init(maxDepth: Int = 64, maxMessages: Int = 4096) {
        self.maxDepth = maxDepth
        self.maxMessages = maxMessages
    }
}

/// Why a text is not a batch of messages.
///
/// The whole text is refused: HTTP answers 400 or 413, a WebSocket is closed with 1007 or 1009.
package struct ScanError: Error, Hashable, Sendable {
    /// What is wrong.
    package enum Reason: Hashable, Sendable {
        /// The text is not JSON as RFC 8259 has it.
        case malformed
        /// A string is not UTF-8, or holds half of a surrogate pair.
        case invalidUnicode
        /// Containers are nested deeper than ``ScanLimits/maxDepth``.
        case tooDeep
        /// The batch has more than ``ScanLimits/maxMessages`` messages.
        case tooManyMessages
        /// The text is JSON, but neither an array nor an object.
        case notABatch
    }

    /// What is wrong.
    package var reason: Reason
    /// The offset of the offending byte.
    package var offset: Int
}

public import NIOCore

/// A JSON text kept as the bytes it arrived in; nothing is decoded until asked.
///
/// What is asked of it is read from the text each time: look at single members with ``subscript(_:)``, but take
/// ``value()`` or ``decode(_:userInfo:)`` once to work with the whole.
///
/// The bytes may be a slice of a larger buffer, which stays in memory as long as the slice does.
///
/// Two texts are equal when their bytes are: `1` and `1.0`, or `[1]` and `[ 1 ]`, are not. Compare ``value()`` where
/// the meaning counts.
public struct JSONBytes: Sendable, Hashable {
    /// Exactly one JSON value in UTF-8, without white space around it.
    public let buffer: ByteBuffer

    /// Takes bytes that have been checked, or were written by our own writer.
    ///
    /// - Parameter buffer: Exactly one JSON value in UTF-8, without white space around it.
    package init(trusted buffer: ByteBuffer) {
        self.buffer = buffer
    }

    /// Checks a whole text.
    ///
    /// - Parameter text: One JSON value, perhaps with white space around it, with arrays and objects nested at most 64
    ///   deep.
    /// - Throws: ``JSONError`` for the first thing that is wrong.
    /// - Complexity: O(*n*) in the length of the text.
    public init(_ text: String) throws(JSONError) {
        try self.init(checking: ByteBuffer(string: text))
    }

    /// Checks the readable bytes of a buffer and keeps a slice of it.
    ///
    /// - Parameters:
    ///   - buffer: One JSON value in UTF-8, perhaps with white space around it.
    ///   - maxDepth: How deep arrays and objects may be nested. Some hundreds are safe on any thread; the stack limits
    ///     how many more can be made a ``JSONValue``.
    /// - Throws: ``JSONError`` for the first thing that is wrong.
    /// - Complexity: O(*n*) in the length of the text.
    public init(checking buffer: ByteBuffer, maxDepth: Int = 64) throws(JSONError) {
        let result = buffer.withUnsafeReadableBytes { bytes -> Result<JSONSlice, JSONError> in
            var scanner = JSONScanner(bytes, maxDepth: maxDepth)
            do throws(ScanError) {
                let slice = try scanner.value(depth: 0)
                scanner.skipTrailingSpace()
                guard scanner.index == scanner.count else { throw scanner.malformed(scanner.index) }
                return .success(slice)
            } catch {
                return .failure(JSONError(error))
            }
        }
        self.buffer = buffer.slice(of: try result.get())
    }

    /// Writes a value, without white space.
    ///
    /// - Parameter value: Any value.
    public init(_ value: JSONValue) {
        var buffer = ByteBuffer()
        buffer.writeJSONValue(value)
        self.buffer = buffer
    }

    /// Decodes the whole text.
    ///
    /// - Returns: The value. Equal names in an object are merged: the last one's value counts.
    /// - Complexity: O(*n*) in the length of the text, with an allocation for each container and longer string.
    public func value() -> JSONValue {
        // The text was checked, its depth included, when it was received.
        (try? JSONParser.parse(self.buffer, maxDepth: .max)) ?? .null
    }
}

extension JSONBytes: CustomStringConvertible {
    /// The text itself.
    public var description: String { String(buffer: self.buffer) }
}

extension ByteBuffer {
    /// The bytes of a value that was found among the readable ones.
    func slice(of slice: JSONSlice) -> ByteBuffer {
        // A slice that was found here lies here: the empty buffer never results.
        self.getSlice(at: self.readerIndex + Int(slice.start), length: slice.range.count) ?? ByteBuffer()
    }
}

/// What a ``DataFilter`` throws to stop a message: its publisher is answered with `404::message deleted`.
public struct DataRefusal: Error, Hashable, Sendable {
    /// Why, for those who call filters themselves; the publisher is not told.
    public var reason: String

    /// Makes a refusal.
    ///
    /// - Parameter reason: Why the message is stopped.
    public init(_ reason: String) {
        self.reason = reason
    }
}

extension DataRefusal: CustomStringConvertible {
    /// The reason.
    public var description: String { self.reason }
}

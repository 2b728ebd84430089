public import Bayeux

/// Thrown by a remote call to tell its caller of a failure.
///
/// Any other error is logged, and its caller learns no more than that the call has failed.
public struct RemoteCallFailure: Error, Sendable, CustomStringConvertible {
    /// What the caller is told.
    public let data: JSONBytes
    /// Why, for the log only.
    public let cause: (any Error)?

    /// The caller's argument has another shape than the function takes.
    static let invalidArguments = "invalid arguments"
    /// The function has thrown something else.
    static let unknown = "the call failed"
    /// The function has taken too long.
    static let timeout = "timeout"
    /// More calls are running than the server's `maxRemoteCalls`.
    static let tooManyCalls = "too many calls"

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - data: What the caller is told.
    ///   - cause: Why, for the log only.
    public init(_ data: JSONBytes, cause: (any Error)? = nil) {
        self.data = data
        self.cause = cause
    }

    /// Makes a failure with a text.
    ///
    /// - Parameters:
    ///   - text: What the caller is told; it holds no secrets.
    ///   - cause: Why, for the log only.
    public init(_ text: String, cause: (any Error)? = nil) {
        self.init(JSONBytes(.string(text)), cause: cause)
    }

    /// Makes a failure with a value.
    ///
    /// - Parameters:
    ///   - value: What the caller is told.
    ///   - cause: Why, for the log only.
    /// - Throws: `EncodingError` when the value cannot be encoded.
    public init(encoding value: some Encodable, cause: (any Error)? = nil) throws {
        self.init(try JSONBytes(encoding: value), cause: cause)
    }

    /// What the caller is told.
    public var description: String { self.data.description }
}

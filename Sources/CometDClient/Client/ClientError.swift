public import Bayeux

/// Why an operation of a client has failed.
public struct ClientError: Error, Sendable {
    /// What went wrong.
    public var code: Code
    /// What the server said, as `code:arguments:text`, or what went wrong in a few words.
    public var message: String
    /// The server's reply; `nil` when there was none.
    public var reply: BayeuxMessage?
    /// The error behind it, such as NIO's.
    public var cause: (any Error)?

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - code: What went wrong.
    ///   - message: What the server said, or a few words.
    ///   - reply: The server's reply.
    ///   - cause: The error behind it.
    public init(_ code: Code, _ message: String = "", reply: BayeuxMessage? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.reply = reply
        self.cause = cause
    }

    /// The payload of the reply: what a remote call has failed with.
    public var data: JSONBytes? { self.reply?.data }
}

extension ClientError {
    /// The failure that an unsuccessful reply tells of.
    init(refusal reply: BayeuxMessage, _ code: Code = .refused) {
        let text = reply.error ?? ""
        self.init(code == .refused && text.hasPrefix("402:") ? .sessionUnknown : code, text, reply: reply)
    }
}

extension ClientError: CustomStringConvertible {
    /// The code, what was said, and the error behind it, such as `refused: 403:denied_by_security_policy:publish denied`.
    public var description: String {
        var text = self.code.description
        if !self.message.isEmpty { text += ": " + self.message }
        if let cause = self.cause { text += " (\(cause))" }
        return text
    }
}

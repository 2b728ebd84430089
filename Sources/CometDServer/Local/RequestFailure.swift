public import Bayeux

/// The server has refused what a ``LocalSession`` asked for.
public struct RequestFailure: Error, Sendable, CustomStringConvertible {
    /// Why, as `code:arguments:text`, such as `403:denied_by_security_policy:subscribe_denied`.
    ///
    /// What is refused by a session that has ended is `402::session_unknown`; a remote call that is not answered in
    /// time is `406::timeout`.
    public let error: String
    /// The whole reply; `nil` when there was none.
    public let reply: BayeuxMessage?

    init(_ error: String, reply: BayeuxMessage? = nil) {
        self.error = error
        self.reply = reply
    }

    /// The error.
    public var description: String { self.error }
}

import CometDServer

extension ServerSession {
    /// The user who has shaken hands; `nil` for the server's own sessions.
    var user: String? { self.attributes["user", as: String.self] }
}

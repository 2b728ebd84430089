import CometDServer

extension ServerSession {
    /// The user who has shaken hands.
    var user: String? { self.attributes["user", as: String.self] }
}

import Bayeux
import CometDServer

/// Lets in who knows a token, with a handshake such as `{"channel":"/meta/handshake", …, "ext":{"token":"…"}}`.
struct TokenPolicy: SecurityPolicy {
    /// The users by their tokens, which in an application are long and random.
    let users: [String: String]

    func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
        guard let token = message.ext?["token"]?.stringValue, let user = self.users[token] else { return false }
        session.attributes["user"] = user
        return true
    }
}

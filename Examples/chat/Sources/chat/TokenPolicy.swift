import Bayeux
import CometDServer

/// Lets in who proves by a token to be a user, with a handshake such as
/// `{"channel":"/meta/handshake", …, "ext":{"authentication":{"user":"ada","token":"…"}}}`.
///
/// Who is in keeps a name in the session's attributes. What it may do is for the authorizers of the rooms to say.
struct TokenPolicy: SecurityPolicy {
    let users: UserList

    func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
        // The server's own services have no token.
        if session.isLocal { return true }
        guard let proof = message.ext?["authentication"],
            let user = proof["user"]?.stringValue,
            let token = proof["token"]?.stringValue,
            self.users.isValid(token, of: user)
        else { return false }
        session.attributes["user"] = user
        return true
    }
}

import Bayeux
import CometDServer

/// Brings messages from one user to another.
struct PrivateMessages {
    let presence: Presence

    /// Sends a message to wherever its receiver is.
    ///
    /// - Throws: `RemoteCallFailure`, with a text for the sender.
    func send(_ draft: Draft, from sender: ServerSession) throws -> Receipt {
        guard let user = sender.user else { throw RemoteCallFailure("you have no name") }
        guard !draft.text.isEmpty, draft.text.unicodeScalars.count <= Draft.maxLength else {
            throw RemoteCallFailure("a text has 1 to \(Draft.maxLength) characters")
        }
        guard let sessions = self.presence.sessions(of: draft.to) else { throw RemoteCallFailure("no such user") }
        guard !sessions.isEmpty else { throw RemoteCallFailure("\(draft.to) is not here") }
        let message = try JSONBytes(encoding: PrivateMessage(from: user, text: draft.text))
        for session in sessions { session.deliver(message, on: "/service/private") }
        return Receipt(sessions: sessions.count)
    }
}

import CometDServer
import Synchronization

/// Who is in which room, as the subscriptions say.
final class Roster: Sendable {
    private let sessions = Mutex<[String: Set<ServerSession>]>([:])

    func join(_ room: String, _ session: ServerSession) {
        self.sessions.withLock { _ = $0[room, default: []].insert(session) }
    }

    func leave(_ room: String, _ session: ServerSession) {
        self.sessions.withLock { _ = $0[room]?.remove(session) }
    }

    /// The users in a room; who is there with two browsers counts once.
    func users(in room: String) -> [String] {
        let sessions = self.sessions.withLock { $0[room] ?? [] }
        return Set(sessions.compactMap(\.user)).sorted()
    }
}

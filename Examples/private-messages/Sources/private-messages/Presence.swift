import CometDServer
import Synchronization

/// The sessions of each user: one for each of their browsers, tabs and telephones.
final class Presence: Sendable {
    private let sessions: Mutex<[String: Set<ServerSession>]>

    /// Takes down users, nobody of whom is there.
    init(of users: some Sequence<String>) {
        self.sessions = Mutex(Dictionary(users.map { ($0, []) }) { first, _ in first })
    }

    func add(_ session: ServerSession) {
        guard let user = session.user else { return }
        self.sessions.withLock { _ = $0[user]?.insert(session) }
    }

    func remove(_ session: ServerSession) {
        guard let user = session.user else { return }
        self.sessions.withLock { _ = $0[user]?.remove(session) }
    }

    /// The sessions of a user; `nil` when there is no such user.
    func sessions(of user: String) -> Set<ServerSession>? {
        self.sessions.withLock { $0[user] }
    }

    /// All users by name.
    var users: [User] {
        self.sessions.withLock { sessions in
            sessions.map { User(name: $0.key, sessions: $0.value.count) }.sorted { $0.name < $1.name }
        }
    }
}

import CometDServer

/// A room, and who may do what in it.
struct Room: Sendable {
    let name: String
    /// Who may come in; `nil`: every user.
    var members: Set<String>?
    /// Who may say something; `nil`: every member.
    var speakers: Set<String>?

    /// Who is in the room; its subscribers are told when that changes.
    var membersChannel: String { "/members/\(self.name)" }

    /// What users may do on the channel of the room.
    var authorizer: Authorizer {
        .deciding { request in
            guard self.admits(request.session) else { return .deny(reason: "members_only") }
            switch request.operation {
            case .subscribe: return .grant
            case .publish: return self.hears(request.session) ? .grant : .deny(reason: "speakers_only")
            case .create: return .ignore
            }
        }
    }

    /// What users may do on the channel with the room's members: only look.
    var membersAuthorizer: Authorizer {
        .deciding { request in
            self.admits(request.session) && request.operation == .subscribe ? .grant : .ignore
        }
    }

    private func admits(_ session: ServerSession) -> Bool {
        guard let user = session.user else { return false }
        return self.members?.contains(user) ?? true
    }

    private func hears(_ session: ServerSession) -> Bool {
        guard let user = session.user else { return false }
        return self.speakers?.contains(user) ?? true
    }
}

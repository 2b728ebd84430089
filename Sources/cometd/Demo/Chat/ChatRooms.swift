import CometDServer

/// Who is in which room, under which name.
///
/// Two indexes of the same facts, always changed together: by room and by session.
struct ChatRooms {
    /// Why somebody cannot come in.
    enum Refusal: String, Error {
        case nameTaken = "name_taken"
        case roomFull = "room_full"
        case tooManyRooms = "too_many_rooms"
    }

    /// What coming in has changed.
    enum OnJoin: Hashable {
        /// The session is in the room.
        case joined
        /// It is in the room under a new name.
        case renamed(from: String)
        /// It has been there before, under this name.
        case wasThere
    }

    private let limits: ChatLimits
    private var sessions: [String: [String: ServerSession]] = [:]
    private var names: [ServerSession: [String: String]] = [:]

    init(limits: ChatLimits) {
        self.limits = limits
    }

    /// The names of the members of a room, sorted.
    func members(of room: String) -> [String] { (self.sessions[room] ?? [:]).keys.sorted() }

    /// The name of a session in a room; `nil` when it is not there.
    func name(of session: ServerSession, in room: String) -> String? { self.names[session]?[room] }

    /// The member of a room with a name.
    func session(named name: String, in room: String) -> ServerSession? { self.sessions[room]?[name] }

    /// Lets a session into a room.
    mutating func join(_ session: ServerSession, as name: String, in room: String) throws(Refusal) -> OnJoin {
        let members = self.sessions[room]
        if let owner = members?[name], owner != session { throw .nameTaken }
        let former = self.names[session]?[room]
        if former == name { return .wasThere }
        if former == nil {
            guard (members?.count ?? 0) < self.limits.maxMembers else { throw .roomFull }
            guard members != nil || self.sessions.count < self.limits.maxRooms,
                (self.names[session]?.count ?? 0) < self.limits.maxRoomsOfSession
            else { throw .tooManyRooms }
        }
        if let former { self.sessions[room]?[former] = nil }
        self.sessions[room, default: [:]][name] = session
        self.names[session, default: [:]][room] = name
        return former.map { .renamed(from: $0) } ?? .joined
    }

    /// Takes a session out of a room.
    ///
    /// - Returns: The name that it had; `nil` when it was not there.
    mutating func leave(_ session: ServerSession, _ room: String) -> String? {
        guard let name = self.names[session]?[room] else { return nil }
        self.names[session]?[room] = nil
        if self.names[session]?.isEmpty == true { self.names[session] = nil }
        self.sessions[room]?[name] = nil
        if self.sessions[room]?.isEmpty == true { self.sessions[room] = nil }
        return name
    }

    /// The rooms that a session is in.
    func rooms(of session: ServerSession) -> [String] { (self.names[session] ?? [:]).keys.sorted() }
}

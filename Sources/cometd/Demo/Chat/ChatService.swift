import Bayeux
import CometDServer
import NIOCore
import Synchronization

/// The demo's chat, with the channels that CometD's own chat demo has.
///
/// | channel | what happens on it |
/// | --- | --- |
/// | `/service/members` | `{user, room}` lets the client into a room, or is answered there with an `error` |
/// | `/members/{room}` | the names of the members, whenever they change |
/// | `/chat/{room}` | what members say, `{user, chat}`, and who comes and goes |
/// | `/service/privatechat` | `{room, user, peer, chat}` is delivered to the peers and the sender on `/chat/{room}` |
///
/// A member leaves by unsubscribing from the room, and with the end of its session.
final class ChatService: Sendable {
    /// What the channels of rooms begin with.
    static let roomPrefix = "/chat/"
    /// What the channels with members begin with.
    static let membersPrefix = "/members/"
    /// Where clients ask to be let in.
    static let joinChannel = "/service/members"
    /// Where clients send private lines.
    static let privateChannel = "/service/privatechat"
    /// How many peers a private line may name.
    static let maxPeers = 32

    private let limits: ChatLimits
    private let filter = ChatWordFilter()
    private let rooms: Mutex<ChatRooms>
    private weak let server: BayeuxServer?
    /// Where all news of rooms leave from: so they arrive in order, and the last list of members is right.
    private let announcer: any EventLoop

    /// Adds the chat to a server.
    static func install(on server: BayeuxServer, limits: ChatLimits = ChatLimits()) throws {
        let service = ChatService(on: server, limits: limits)
        let allRooms = try server.channel("\(Self.roomPrefix)*")
        allRooms.isPersistent = true
        allRooms.addAuthorizer { request in service.authorization(for: request) }
        allRooms.addListener { session, message in session == nil || service.said(&message) }
        let allMembers = try server.channel("\(Self.membersPrefix)*")
        allMembers.isPersistent = true
        allMembers.addAuthorizer(.grantCreateSubscribe)
        try server.channel(Self.joinChannel).addListener { session, message in
            if let session { service.join(session, message) }
            return true
        }
        try server.channel(Self.privateChannel).addListener { session, message in
            if let session { service.sayPrivately(session, message) }
            return true
        }
        server.addListener(
            .unsubscribed { session, channel, _ in
                guard let room = service.limits.room(ofChannel: channel.id.name) else { return }
                service.leave(session, room)
            }
        )
        server.addListener(
            .sessionRemoved { session, _, _ in
                for room in service.rooms.withLock({ $0.rooms(of: session) }) { service.leave(session, room) }
            }
        )
    }

    private init(on server: BayeuxServer, limits: ChatLimits) {
        self.limits = limits
        self.rooms = Mutex(ChatRooms(limits: limits))
        self.server = server
        self.announcer = server.eventLoopGroup.next()
    }

    // MARK: - Who is here

    private func join(_ session: ServerSession, _ message: BayeuxMessage) {
        guard let name = self.limits.memberName(message.data?["user"]?.stringValue) else {
            return Self.answer(session, "name_invalid", on: Self.joinChannel)
        }
        guard let room = self.limits.room(ofChannel: message.data?["room"]?.stringValue ?? "") else {
            return Self.answer(session, "room_invalid", on: Self.joinChannel)
        }
        do throws(ChatRooms.Refusal) {
            let outcome = try self.rooms.withLock { rooms throws(ChatRooms.Refusal) in
                try rooms.join(session, as: name, in: room)
            }
            switch outcome {
            case .wasThere: break
            case .joined: self.announce(ChatLine(user: name, chat: "has joined", membership: "join"), in: room)
            case .renamed(let former):
                self.announce(ChatLine(user: former, chat: "has left", membership: "leave"), in: room)
                self.announce(ChatLine(user: name, chat: "has joined", membership: "join"), in: room)
            }
            self.announceMembers(of: room)
        } catch {
            Self.answer(session, error.rawValue, on: Self.joinChannel)
        }
    }

    private func leave(_ session: ServerSession, _ room: String) {
        guard let name = self.rooms.withLock({ $0.leave(session, room) }) else { return }
        self.announce(ChatLine(user: name, chat: "has left", membership: "leave"), in: room)
        self.announceMembers(of: room)
    }

    private func announce(_ line: ChatLine, in room: String) {
        self.announcer.execute {
            try? self.server?.channel(Self.roomPrefix + room).publish(line)
        }
    }

    private func announceMembers(of room: String) {
        self.announcer.execute {
            let members = self.rooms.withLock { $0.members(of: room) }
            try? self.server?.channel(Self.membersPrefix + room).publish(members)
        }
    }

    // MARK: - What is said

    /// Everybody may listen in a room; only members may speak, under their own name.
    private func authorization(for request: Authorizer.Request) -> Authorization {
        // A pattern, such as all rooms.
        guard !request.channel.isWild else { return request.operation == .publish ? .ignore : .grant }
        guard let room = self.limits.room(ofChannel: request.channel.name) else {
            return .deny(reason: "room_invalid")
        }
        guard request.message.channel?.hasPrefix(Self.roomPrefix) == true else { return .grant }
        guard let name = self.rooms.withLock({ $0.name(of: request.session, in: room) }) else {
            return .deny(reason: "not_a_member")
        }
        guard request.message.data?["user"]?.stringValue?.trimmed == name else { return .deny(reason: "foreign_name") }
        guard let text = request.message.data?["chat"]?.stringValue, self.limits.allows(text: text) else {
            return .deny(reason: "chat_invalid")
        }
        return .grant
    }

    /// Leaves nothing of a line but what a line has.
    private func said(_ message: inout BayeuxMessage) -> Bool {
        guard let user = message.data?["user"]?.stringValue, let text = message.data?["chat"]?.stringValue,
            let data = try? JSONBytes(encoding: ChatLine(user: user.trimmed, chat: self.filter.apply(to: text)))
        else { return false }
        message.data = data
        return true
    }

    private func sayPrivately(_ session: ServerSession, _ message: BayeuxMessage) {
        guard let room = self.limits.room(ofChannel: message.data?["room"]?.stringValue ?? ""),
            let name = self.rooms.withLock({ $0.name(of: session, in: room) }),
            message.data?["user"]?.stringValue?.trimmed == name
        else { return Self.answer(session, "not_a_member", on: Self.privateChannel) }
        guard let text = message.data?["chat"]?.stringValue, self.limits.allows(text: text) else {
            return Self.answer(session, "chat_invalid", on: Self.privateChannel)
        }
        let peers = Set((message.data?["peer"]?.stringValue ?? "").split(separator: ",").map { String($0).trimmed })
        guard (1...Self.maxPeers).contains(peers.count) else {
            return Self.answer(session, "peer_invalid", on: Self.privateChannel)
        }
        let found = self.rooms.withLock { rooms in peers.compactMap { rooms.session(named: $0, in: room) } }
        guard found.count == peers.count else {
            return Self.answer(session, "peer_unknown", on: Self.privateChannel)
        }
        let line = ChatLine(user: name, chat: self.filter.apply(to: text), scope: "private")
        for receiver in Set(found + [session]) { try? receiver.deliver(line, on: Self.roomPrefix + room) }
    }

    private static func answer(_ session: ServerSession, _ error: String, on channel: String) {
        try? session.deliver(["error": error], on: channel)
    }
}

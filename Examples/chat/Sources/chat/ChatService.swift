import Bayeux
import CometDServer
import CometDServices

/// The rooms at `/chat/{room}`, and who is in them at `/members/{room}`.
@Service("chat")
final class ChatService: Sendable {
    @Session var session: LocalSession?

    private let rooms: [Room]
    private let roster = Roster()
    private unowned let server: BayeuxServer

    init(rooms: [Room], on server: BayeuxServer) {
        self.rooms = rooms
        self.server = server
    }

    /// What nobody grants is denied, on all channels: without this a client could read every room by `/**`.
    @Configure("/**")
    func close(_ everything: ServerChannel) {
        everything.addAuthorizer(.grantNone)
    }

    /// Whatever is said in any room is made harmless for pages before anybody sees it.
    @Configure("/chat/*")
    func filter(_ allRooms: ServerChannel) {
        allRooms.addListener(.filtering(with: NoMarkupFilter()))
    }

    /// Opens the rooms; called by the server when the service is registered.
    func start() async throws {
        for room in self.rooms { try self.open(room) }
    }

    private func open(_ room: Room) throws {
        let (roster, name) = (self.roster, room.name)
        let members = try self.server.channel(room.membersChannel)
        members.addAuthorizer(room.membersAuthorizer)
        members.addListener(
            .subscribed { session, _ in
                try? session.deliver(roster.users(in: name), on: members.id.name)
            }
        )

        let channel = try self.server.channel("/chat/\(name)")
        channel.addAuthorizer(room.authorizer)
        channel.addListener(
            .subscribed { session, _ in
                roster.join(name, session)
                self.publishMembers(of: name, on: members)
            }
        )
        // Called for who goes home without a word, too.
        channel.addListener(
            .unsubscribed { session, _ in
                roster.leave(name, session)
                self.publishMembers(of: name, on: members)
            }
        )
    }

    /// Publishes who is in a room.
    ///
    /// Sessions live on several event loops. All lists leave from one of them, each as it is at that moment: so they
    /// arrive in order, and the last one is right.
    private func publishMembers(of room: String, on channel: ServerChannel) {
        self.session?.serverSession.eventLoop.execute {
            try? channel.publish(self.roster.users(in: room))
        }
    }

    /// Puts the name of the user to what is said.
    ///
    /// - Returns: `false` for what is no line of a chat: the client is told that its message was deleted.
    @Listener("/chat/{room}")
    func said(_ message: inout BayeuxMessage, by speaker: ServerSession, room: String) throws -> Bool {
        guard let user = speaker.user, let draft = try? message.data(as: Draft.self), draft.isAcceptable else {
            return false
        }
        message.data = try JSONBytes(encoding: ChatLine(user: user, text: draft.text))
        return true
    }
}

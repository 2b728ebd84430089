public import Bayeux
public import NIOCore

/// One client's session, for applications: cheap to keep and to pass between tasks.
///
/// What it is asked to do happens on the session's event loop: straight away when called there, else soon after. A
/// session that has ended ignores it.
///
/// - SeeAlso: CometD 3.1 reference book, "Sessions"; REQUIREMENTS E1.
public final class ServerSession: Sendable {
    /// The session's `clientId`.
    ///
    /// Whoever knows it can act as the client: keep it secret.
    public let id: String
    /// The `User-Agent` of the request that brought the handshake.
    public let userAgent: String?
    let shard: Shard

    init(id: String, shard: Shard, userAgent: String?) {
        self.id = id
        self.shard = shard
        self.userAgent = userAgent
    }

    /// The event loop that the session lives on; listeners and policies are called there.
    public var eventLoop: any EventLoop { self.shard.eventLoop }

    /// Sends a message to this client, on any channel, whether it has subscribed to it or not.
    ///
    /// - Parameters:
    ///   - data: The payload.
    ///   - channel: The channel that the client sees; its listeners there get the message.
    public func deliver(_ data: JSONBytes?, on channel: String) {
        self.deliver(BayeuxMessage(channel: channel, data: data))
    }

    /// Sends a message to this client; its `clientId` and `id` are left out.
    public func deliver(_ message: BayeuxMessage) {
        let outbound = OutboundMessage(message)
        self.perform { $0.deliver(outbound) }
    }

    /// Ends the session; a connect that it holds is answered with the advice not to come back.
    public func disconnect() {
        let id = self.id
        self.shard.perform { shard in
            if let session = shard.session(id) { shard.remove(session, reason: .disconnected) }
        }
    }

    /// The client of a connect that this session holds has gone away.
    package func heldRequestAborted(_ responder: any RequestResponder) {
        self.perform { $0.heldRequestAborted(responder) }
    }

    func answerWriteEnded() {
        self.perform { $0.answerWriteEnded() }
    }

    private func perform(_ body: @escaping @Sendable (SessionState) -> Void) {
        let id = self.id
        self.shard.perform { shard in
            if let session = shard.session(id) { body(session) }
        }
    }
}

extension ServerSession: Hashable {
    /// Sessions are the same when their ids are.
    public static func == (one: ServerSession, other: ServerSession) -> Bool { one.id == other.id }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.id) }
}

extension ServerSession: CustomStringConvertible {
    /// The beginning of the id, enough to tell sessions apart in a log without giving them away.
    public var description: String { self.id.prefix(12) + "…" }
}

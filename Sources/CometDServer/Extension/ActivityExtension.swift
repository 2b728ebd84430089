public import Bayeux
import NIOCore
import Synchronization

/// Ends sessions whose clients do nothing but connect: the heartbeat of a page that nobody looks at goes on for ever.
///
/// Install it on the server for all sessions, or on single ones, such as in a security policy's `canHandshake`:
///
/// ```swift
/// server.addExtension(ActivityExtension(.client, maxInactivityPeriod: .seconds(15 * 60)))
/// session.addExtension(ActivityExtension(.clientServer, maxInactivityPeriod: .seconds(10 * 60)))
/// ```
///
/// A session is ended with the reply to its first connect that leaves when the period is over, so up to the connects'
/// `timeout` later; the reply advises the client not to come back. A session that does not even connect expires by
/// itself. What is kept of a session ends with it.
///
/// - SeeAlso: CometD 3.1 reference book, "Activity extension"; REQUIREMENTS N2.
public struct ActivityExtension: BayeuxExtension {
    /// Whose messages count.
    public enum Activity: Hashable, Sendable {
        /// All that the client sends, but connects.
        case client
        /// Those, and what the server sends to the client, but replies.
        case clientServer
    }

    /// When something last happened in a session, as nanoseconds on its event loop's clock.
    private final class Mark: Sendable {
        let last: Atomic<UInt64>

        init(_ now: NIODeadline) { self.last = Atomic(now.uptimeNanoseconds) }

        func set(_ now: NIODeadline) { self.last.store(now.uptimeNanoseconds, ordering: .relaxed) }

        func age(_ now: NIODeadline) -> Duration {
            let last = NIODeadline.uptimeNanoseconds(self.last.load(ordering: .relaxed))
            return .nanoseconds((now - last).nanoseconds)
        }
    }

    /// Whose messages count.
    public let activity: Activity
    /// For how long a session may be without activity.
    public let maxInactivityPeriod: Duration
    /// The attribute of a session that holds its mark; another one for each extension.
    private let attribute: String
    private static let count = Atomic<Int>(0)

    /// Makes the extension.
    ///
    /// - Parameters:
    ///   - activity: Whose messages count.
    ///   - maxInactivityPeriod: For how long a session may be without activity.
    public init(_ activity: Activity, maxInactivityPeriod: Duration) {
        self.activity = activity
        self.maxInactivityPeriod = maxInactivityPeriod
        self.attribute = "cometd.activity.\(Self.count.add(1, ordering: .relaxed).newValue)"
    }

    /// All that clients send, and the replies on meta channels.
    public var scope: ExtensionScope { [.incomingMeta, .incoming, .outgoingMeta] }

    /// Notes activity of the client.
    public func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
        guard let session else { return true }
        let mark = self.mark(of: session)
        if message.channel != "/meta/connect" { mark.set(session.eventLoop.now) }
        return true
    }

    /// Begins with the reply to the handshake, and ends the session with the reply to a connect.
    public func outgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        from sender: ServerSession?
    ) async throws -> Bool {
        guard let session, message.isSuccessful == true else { return true }
        let mark = self.mark(of: session)
        guard message.channel == "/meta/connect", mark.age(session.eventLoop.now) >= self.maxInactivityPeriod else {
            return true
        }
        message.advice = Advice(reconnect: Advice.Reconnect.none)
        // Behind the reply, which takes along what waits for the client.
        session.eventLoop.execute { session.disconnect() }
        return true
    }

    /// The session's mark; one that is seen for the first time is active now.
    private func mark(of session: ServerSession) -> Mark {
        if let mark = session.attributes[self.attribute, as: Mark.self] { return mark }
        let mark = Mark(session.eventLoop.now)
        session.attributes[self.attribute] = mark
        if self.activity == .clientServer {
            session.addListener(.queued { session, _, _ in mark.set(session.eventLoop.now) })
        }
        return mark
    }
}

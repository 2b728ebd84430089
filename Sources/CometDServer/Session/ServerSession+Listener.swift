public import Bayeux

extension ServerSession {
    /// Why a session ended.
    public enum RemovalReason: Hashable, Sendable {
        /// The client disconnected, or the application disconnected it.
        case disconnected
        /// The client did not come back within `maxInterval`.
        case expired
        /// More messages waited than `maxQueue` or `maxQueueBytes` allow.
        case queueOverflow
        /// The application took longer than `maxProcessing` over one of its messages.
        case processingTimeout
        /// The server is shutting down.
        case shutdown
    }

    /// A function that is told what happens to one session, on the session's event loop.
    ///
    /// - SeeAlso: CometD 3.1 reference book, "Listeners"; CometD 4 `HeartBeatListener`; REQUIREMENTS E2.
    public struct Listener: Sendable {
        typealias Message = @Sendable (ServerSession, ServerSession?, BayeuxMessage) async throws -> Bool

        enum Kind: Sendable {
            case removed(@Sendable (ServerSession, RemovalReason) -> Void)
            case message(Message)
            case queued(@Sendable (ServerSession, ServerSession?, BayeuxMessage) -> Void)
            case dequeued(@Sendable (ServerSession, inout [BayeuxMessage]) -> Void)
            case queueMaxed(@Sendable (ServerSession, QueueOverflow) -> QueueOverflow.Decision)
            case held(@Sendable (ServerSession, Duration) -> Void)
            case released(@Sendable (ServerSession, Bool) -> Void)
        }

        let kind: Kind

        /// Called when the session has ended.
        public static func removed(_ body: @escaping @Sendable (ServerSession, RemovalReason) -> Void) -> Listener {
            Listener(kind: .removed(body))
        }

        /// Sees every message for the session, with its sender, before it is queued; `false` drops it.
        ///
        /// The sender is `nil` for the server itself. It may be asynchronous: later messages for this session wait
        /// meanwhile, nobody else's do. One that throws is logged and has no say; one that takes longer than
        /// `maxProcessing` loses its message.
        public static func message(
            _ body: @escaping @Sendable (ServerSession, ServerSession?, BayeuxMessage) async throws -> Bool
        ) -> Listener {
            Listener(kind: .message(body))
        }

        /// Called when a message has been queued for the session, with its sender.
        public static func queued(
            _ body: @escaping @Sendable (ServerSession, ServerSession?, BayeuxMessage) -> Void
        ) -> Listener {
            Listener(kind: .queued(body))
        }

        /// Called with the messages that are about to leave together; may change, merge, reorder and drop them.
        public static func dequeued(
            _ body: @escaping @Sendable (ServerSession, inout [BayeuxMessage]) -> Void
        ) -> Listener {
            Listener(kind: .dequeued(body))
        }

        /// Decides what is done when more messages wait than may, instead of the transport's `queuePolicy`.
        ///
        /// Of several listeners the last one decides. What it delivers to the session itself is dropped when that does
        /// not fit either.
        public static func queueMaxed(
            _ body: @escaping @Sendable (ServerSession, QueueOverflow) -> QueueOverflow.Decision
        ) -> Listener {
            Listener(kind: .queueMaxed(body))
        }

        /// Called when a connect of the client is held, with how long it will be at most.
        public static func held(_ body: @escaping @Sendable (ServerSession, Duration) -> Void) -> Listener {
            Listener(kind: .held(body))
        }

        /// Called when a held connect has been answered or has broken off; the boolean tells whether its time was over.
        public static func released(_ body: @escaping @Sendable (ServerSession, Bool) -> Void) -> Listener {
            Listener(kind: .released(body))
        }
    }
}

public import Bayeux

extension ServerChannel {
    /// Sees a message before its subscribers do; see ``Listener/message(_:)``.
    public typealias MessageListener = @Sendable (ServerSession?, inout BayeuxMessage) async throws -> Bool

    /// Is told when a session subscribes or unsubscribes, with the request that asked for it, if one did.
    public typealias SubscriptionListener = @Sendable (ServerSession, BayeuxMessage?) -> Void

    /// A function that is told what happens on one channel.
    ///
    /// - SeeAlso: CometD 3.1 reference book, "Listeners"; REQUIREMENTS C3.
    public struct Listener: Sendable {
        enum Kind: Sendable {
            case message(MessageListener)
            case subscribed(SubscriptionListener)
            case unsubscribed(SubscriptionListener)
        }

        let kind: Kind
        /// Whether the channel stays as long as the listener is there.
        let keepsChannel: Bool

        /// Sees the messages that are published to the channel, or to one that its pattern matches.
        ///
        /// Listeners of patterns run first (`/a/*`, `/a/**`, `/**` for a message on `/a/b`), then those of the channel,
        /// on the publisher's event loop. It may change the message. Returning `false` stops it: the publisher is
        /// answered with `404::message deleted`. The session is `nil` when the server itself published. A listener that
        /// throws is logged and has no say.
        ///
        /// Those of `/meta/handshake`, `/meta/connect`, `/meta/subscribe`, `/meta/unsubscribe` and `/meta/disconnect`,
        /// and of patterns that match them, see the requests of clients before they are carried out; a handshake's
        /// session is `nil` still.
        public static func message(_ body: @escaping MessageListener) -> Listener {
            Listener(kind: .message(body), keepsChannel: true)
        }

        /// Called on the session's event loop when a session has subscribed to exactly this name.
        ///
        /// Must not block.
        public static func subscribed(_ body: @escaping SubscriptionListener) -> Listener {
            Listener(kind: .subscribed(body), keepsChannel: true)
        }

        /// Called on the session's event loop when a session has unsubscribed, or has ended.
        ///
        /// Must not block.
        public static func unsubscribed(_ body: @escaping SubscriptionListener) -> Listener {
            Listener(kind: .unsubscribed(body), keepsChannel: true)
        }

        /// The same listener, which does not keep the channel from being swept.
        public var weak: Listener { Listener(kind: self.kind, keepsChannel: false) }
    }
}

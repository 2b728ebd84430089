/// A failure that a peer is told about, in the `error` field of a reply.
///
/// On the wire it is `code:arguments:text`, and ``text(in:)`` makes it.
///
/// - SeeAlso: Bayeux specification, "error"; CometD 3.1.14 and 5.0.17, whose strings these are.
public struct BayeuxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, in terms a program can act on.
    public struct Code: Hashable, Sendable {
        fileprivate enum Value: Hashable {
            case channelMissing, channelInvalid, idInvalid
            case sessionUnknown, handshakeDenied, handshakeFailed, transportUnsupported
            case subscriptionMissing, subscriptionInvalid, subscribeFailed, unsubscribeFailed
            case createDenied, subscribeDenied, publishCreateDenied, publishDenied
            case messageDeleted, tooManySessions
        }
        fileprivate let value: Value
        private init(_ value: Value) { self.value = value }

        /// The message names no channel, or the channel to unsubscribe from does not exist; correct the request.
        public static var channelMissing: Self { Self(.channelMissing) }
        /// The channel's name breaks the rules of ``ChannelID``; correct the request.
        public static var channelInvalid: Self { Self(.channelInvalid) }
        /// The message's id holds an illegal character or is no string or number; correct the request.
        public static var idInvalid: Self { Self(.idInvalid) }
        /// The client's session has expired or never existed, or is another browser's; handshake again.
        public static var sessionUnknown: Self { Self(.sessionUnknown) }
        /// The security policy refused the handshake; do not retry without other credentials.
        public static var handshakeDenied: Self { Self(.handshakeDenied) }
        /// The handshake came together with other messages, or the server has no room for the session.
        public static var handshakeFailed: Self { Self(.handshakeFailed) }
        /// The handshake names only transports that the server does not have; offer others.
        public static var transportUnsupported: Self { Self(.transportUnsupported) }
        /// The request names no channel to subscribe to or unsubscribe from; correct it.
        public static var subscriptionMissing: Self { Self(.subscriptionMissing) }
        /// The channels to subscribe to are neither a legal name nor an array of legal names; correct the request.
        public static var subscriptionInvalid: Self { Self(.subscriptionInvalid) }
        /// The channel vanished while it was subscribed to, or the session has too many subscriptions; retry later.
        public static var subscribeFailed: Self { Self(.subscribeFailed) }
        /// The channel vanished while it was unsubscribed from.
        public static var unsubscribeFailed: Self { Self(.unsubscribeFailed) }
        /// The client may not create the channel that it subscribes to.
        public static var createDenied: Self { Self(.createDenied) }
        /// The client may not subscribe to the channel.
        public static var subscribeDenied: Self { Self(.subscribeDenied) }
        /// The client may not create the channel that it publishes to.
        public static var publishCreateDenied: Self { Self(.publishCreateDenied) }
        /// The client may not publish to the channel.
        public static var publishDenied: Self { Self(.publishDenied) }
        /// An extension or a listener refused the message.
        public static var messageDeleted: Self { Self(.messageDeleted) }
        /// Another session of the browser holds a connect and the server does not let this one poll; do not retry.
        public static var tooManySessions: Self { Self(.tooManySessions) }
    }

    /// What went wrong.
    public var code: Code
    /// Why it was denied: `denied_by_security_policy`, `denied_by_not_granting` or an authorizer's own words.
    ///
    /// Sent to the peer, so it holds no secrets. Empty for the codes that are not denials.
    public var reason: String

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What went wrong.
    ///   - reason: Why it was denied; colons and commas in it become spaces on the wire.
    public init(_ code: Code, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    /// The error in the texts of CometD 5.
    public var description: String { self.text(in: .cometd5) }

    /// The error as it stands in a reply, such as `403:denied_by_security_policy:publish denied`.
    public func text(in dialect: ErrorDialect) -> String {
        let (number, cometd3, cometd5) = self.code.texts
        let text = dialect == .cometd3 ? cometd3 : cometd5
        // Two colons delimit the three parts, so none may stand within the reason.
        let reason = self.reason.contains(":") ? String(self.reason.map { $0 == ":" ? " " : $0 }) : self.reason
        return "\(number):\(reason):\(text)"
    }
}

extension BayeuxError.Code {
    /// The number and the texts of CometD 3.1 and 5.
    fileprivate var texts: (number: Int, cometd3: String, cometd5: String) {
        switch self.value {
        case .channelMissing: (400, "channel_missing", "channel_missing")
        case .channelInvalid: (405, "channel_invalid", "channel_invalid")
        case .idInvalid: (405, "message_id_invalid", "message_id_invalid")
        case .sessionUnknown: (402, "Unknown client", "session_unknown")
        case .handshakeDenied: (403, "Handshake denied", "handshake_denied")
        case .handshakeFailed: (403, "handshake_failed", "handshake_failed")
        case .transportUnsupported: (405, "no_transport", "no_transport")
        case .subscriptionMissing: (403, "subscription_missing", "subscription_missing")
        case .subscriptionInvalid: (403, "subscription_invalid", "subscription_invalid")
        case .subscribeFailed: (403, "subscribe_failed", "subscribe_failed")
        case .unsubscribeFailed: (403, "unsubscribe_failed", "unsubscribe_failed")
        case .createDenied: (403, "create_denied", "create_denied")
        case .subscribeDenied: (403, "subscribe_denied", "subscribe_denied")
        case .publishCreateDenied: (403, "create denied", "channel_create_denied")
        case .publishDenied: (403, "publish denied", "publish_denied")
        case .messageDeleted: (404, "message deleted", "message_deleted")
        case .tooManySessions: (403, "too_many_sessions", "too_many_sessions")
        }
    }
}

extension ClientError {
    /// What went wrong, in terms a program can act on.
    public struct Code: Hashable, Sendable {
        enum Value: Hashable {
            case notConnected, ended, refused, sessionUnknown, handshakeRefused, noTransport, reconnectForbidden
            case unreachable, connectionLost, timeout, httpStatus(Int), upgradeRefused, malformedAnswer
            case messageTooLarge, tooManyWaiting, overflow, callFailed, deleted, channelInvalid, urlInvalid
            case authenticationFailed
        }

        let value: Value
        private init(_ value: Value) { self.value = value }

        /// The status of an ``httpStatus(_:)``; `nil` for other codes.
        public var status: Int? {
            guard case .httpStatus(let status) = self.value else { return nil }
            return status
        }

        /// There is no session: call ``BayeuxClient/handshake(ext:retryingFor:)`` first.
        public static var notConnected: Self { Self(.notConnected) }
        /// The client was disconnected before the operation was done; nothing more is to come.
        public static var ended: Self { Self(.ended) }
        /// The server refuses the request, and the error's message says why; do not repeat it unchanged.
        public static var refused: Self { Self(.refused) }
        /// The server does not know the session any more, and has not done what was asked.
        ///
        /// The client shakes hands again by itself: repeat the request.
        public static var sessionUnknown: Self { Self(.sessionUnknown) }
        /// The server refuses the handshake; try other credentials.
        public static var handshakeRefused: Self { Self(.handshakeRefused) }
        /// Client and server have no transport in common; allow others in ``ClientOptions/transports``.
        public static var noTransport: Self { Self(.noTransport) }
        /// The server has advised not to reconnect, so the session is over; ask the user, or shake hands much later.
        public static var reconnectForbidden: Self { Self(.reconnectForbidden) }
        /// No connection could be made; check the address and the network, or try later.
        public static var unreachable: Self { Self(.unreachable) }
        /// The connection broke before the reply came: the server may or may not have done what was asked.
        ///
        /// The client reconnects by itself; repeat what may be done twice.
        public static var connectionLost: Self { Self(.connectionLost) }
        /// No reply came in time: the server may or may not have done what was asked.
        public static var timeout: Self { Self(.timeout) }
        /// The server, or a proxy before it, has answered with a status of HTTP that is no success.
        public static func httpStatus(_ status: Int) -> Self { Self(.httpStatus(status)) }
        /// The server, or a proxy before it, refuses WebSockets; other transports may work.
        public static var upgradeRefused: Self { Self(.upgradeRefused) }
        /// What came is not Bayeux; check the address.
        public static var malformedAnswer: Self { Self(.malformedAnswer) }
        /// What came is larger than ``ClientOptions/maxMessageSize`` allows; allow more, or have less sent.
        public static var messageTooLarge: Self { Self(.messageTooLarge) }
        /// More requests wait for the connection than ``ClientOptions/maxWaitingRequests`` allows; try later.
        public static var tooManyWaiting: Self { Self(.tooManyWaiting) }
        /// Messages came faster than the sequence was read, and some are lost; read faster, or allow more to wait.
        public static var overflow: Self { Self(.overflow) }
        /// The remote call has failed; ``ClientError/data`` is what its function said.
        public static var callFailed: Self { Self(.callFailed) }
        /// An extension of the client has deleted the message.
        public static var deleted: Self { Self(.deleted) }
        /// The channel's name breaks the rules of ``/Bayeux/ChannelID``, or is none that can be used here; correct it.
        public static var channelInvalid: Self { Self(.channelInvalid) }
        /// The address is no absolute URL with the scheme `http`, `https`, `ws` or `wss`; correct it.
        public static var urlInvalid: Self { Self(.urlInvalid) }
        /// The hook that authenticates requests has thrown; see ``ClientError/cause``.
        public static var authenticationFailed: Self { Self(.authenticationFailed) }
    }
}

extension ClientError.Code: CustomStringConvertible {
    /// A few words for a log.
    public var description: String {
        switch self.value {
        case .notConnected: "not connected"
        case .ended: "the client was disconnected"
        case .refused: "refused"
        case .sessionUnknown: "the server does not know the session"
        case .handshakeRefused: "handshake refused"
        case .noTransport: "no transport in common"
        case .reconnectForbidden: "the server advises not to reconnect"
        case .unreachable: "cannot connect"
        case .connectionLost: "connection lost"
        case .timeout: "no reply in time"
        case .httpStatus(let status): "HTTP status \(status)"
        case .upgradeRefused: "WebSocket refused"
        case .malformedAnswer: "the answer is not Bayeux"
        case .messageTooLarge: "message too large"
        case .tooManyWaiting: "too many requests wait"
        case .overflow: "messages came faster than they were read"
        case .callFailed: "the call failed"
        case .deleted: "deleted by an extension"
        case .channelInvalid: "no such channel name"
        case .urlInvalid: "not an http or https URL"
        case .authenticationFailed: "cannot authenticate"
        }
    }
}

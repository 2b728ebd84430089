extension BayeuxClient {
    /// How a client and its server stand to each other.
    ///
    /// - SeeAlso: CometD 3.1.14, `BayeuxClient.State`; REQUIREMENTS Q2.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// There is no session: the client is new, was disconnected, or has given up.
        case disconnected
        /// The first handshake is under way, or is waiting to be tried again.
        case handshaking
        /// A handshake is under way after the session was lost.
        case rehandshaking
        /// The server has accepted the handshake; the first connect has not left.
        case handshaken
        /// The first connect is under way.
        case connecting
        /// The server has answered the last connect.
        case connected
        /// A connect has failed and is waiting to be tried again; the session may still live.
        case unconnected
        /// The disconnect is under way.
        case disconnecting
        /// The disconnect has been answered, or has failed; connections are being closed.
        case terminating

        /// Whether there is a session that messages can be sent in, now or when the connection is back.
        public var hasSession: Bool {
            switch self {
            case .handshaken, .connecting, .connected, .unconnected: true
            case .disconnected, .handshaking, .rehandshaking, .disconnecting, .terminating: false
            }
        }
    }
}

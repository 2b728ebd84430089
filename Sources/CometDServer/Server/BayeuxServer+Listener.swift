public import Bayeux

extension BayeuxServer {
    /// A function that is told what happens on the whole server.
    ///
    /// None of them may block: they are called on event loops.
    ///
    /// - SeeAlso: CometD 3.1 reference book, "Listeners"; REQUIREMENTS C4.
    public struct Listener: Sendable {
        enum Kind: Sendable {
            case sessionAdded(@Sendable (ServerSession, BayeuxMessage) -> Void)
            case sessionRemoved(@Sendable (ServerSession, BayeuxMessage?, ServerSession.RemovalReason) -> Void)
            case channelConfigured(@Sendable (ServerChannel) -> Void)
            case channelAdded(@Sendable (ServerChannel) -> Void)
            case channelRemoved(@Sendable (ServerChannel) -> Void)
            case subscribed(@Sendable (ServerSession, ServerChannel, BayeuxMessage?) -> Void)
            case unsubscribed(@Sendable (ServerSession, ServerChannel, BayeuxMessage?) -> Void)
        }

        let kind: Kind

        /// Called on the session's event loop when a handshake has succeeded, before its reply is sent.
        ///
        /// The message is the handshake.
        public static func sessionAdded(
            _ body: @escaping @Sendable (ServerSession, BayeuxMessage) -> Void
        ) -> Listener {
            Listener(kind: .sessionAdded(body))
        }

        /// Called on the session's event loop when a session has ended.
        ///
        /// The message is the client's disconnect, if that ended it.
        public static func sessionRemoved(
            _ body: @escaping @Sendable (ServerSession, BayeuxMessage?, ServerSession.RemovalReason) -> Void
        ) -> Listener {
            Listener(kind: .sessionRemoved(body))
        }

        /// Called with a channel that has just been made, before anyone else can find it.
        ///
        /// Called on the thread that makes the channel. When two threads make the same one at a time, one of the two
        /// that were configured is thrown away.
        public static func channelConfigured(_ body: @escaping @Sendable (ServerChannel) -> Void) -> Listener {
            Listener(kind: .channelConfigured(body))
        }

        /// Called when a channel exists, on the thread that has made it.
        public static func channelAdded(_ body: @escaping @Sendable (ServerChannel) -> Void) -> Listener {
            Listener(kind: .channelAdded(body))
        }

        /// Called when a channel has been removed: swept because nobody uses it, or by the application.
        public static func channelRemoved(_ body: @escaping @Sendable (ServerChannel) -> Void) -> Listener {
            Listener(kind: .channelRemoved(body))
        }

        /// Called on the session's event loop when a session has subscribed to a channel, before the reply is sent.
        ///
        /// The message is the request, unless the server itself subscribed it.
        public static func subscribed(
            _ body: @escaping @Sendable (ServerSession, ServerChannel, BayeuxMessage?) -> Void
        ) -> Listener {
            Listener(kind: .subscribed(body))
        }

        /// Called on the session's event loop when a session has unsubscribed from a channel, or has ended.
        public static func unsubscribed(
            _ body: @escaping @Sendable (ServerSession, ServerChannel, BayeuxMessage?) -> Void
        ) -> Listener {
            Listener(kind: .unsubscribed(body))
        }
    }

    /// Adds a listener behind those that are there.
    ///
    /// - Returns: A value for ``removeListener(_:)``.
    @discardableResult
    public func addListener(_ listener: Listener) -> ListenerToken {
        self.core.updateHooks { $0.serverListeners.add(listener) }
    }

    /// Removes a listener; what is under way may still reach it.
    public func removeListener(_ token: ListenerToken) {
        _ = self.core.updateHooks { $0.serverListeners.remove(token) }
    }

    /// Adds an extension behind those that are installed.
    ///
    /// - Returns: A value for ``removeExtension(_:)``.
    @discardableResult
    public func addExtension(_ installed: some BayeuxExtension) -> ListenerToken {
        self.core.updateHooks { $0.extensions.add(installed) }
    }

    /// Removes an extension; a message that is under way may still pass it.
    public func removeExtension(_ token: ListenerToken) {
        _ = self.core.updateHooks { $0.extensions.remove(token) }
    }
}

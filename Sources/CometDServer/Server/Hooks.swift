import Bayeux

/// What an application has installed on the whole server.
struct Hooks: Sendable {
    /// In the order of their registration.
    var extensions = Registered<any BayeuxExtension>()
    /// `nil`: the default policy, which is decided without a task.
    var securityPolicy: (any SecurityPolicy)?
    /// Told of sessions, channels and subscriptions.
    var serverListeners = Registered<BayeuxServer.Listener>()
}

extension Hooks {
    /// The hooks in the form in which a shard uses them: taken apart once, when they have changed.
    struct Prepared: Sendable {
        var securityPolicy: (any SecurityPolicy)?
        let incoming: ExtensionChain
        let outgoing: ExtensionChain
        // Asked for every message: the chains would be copied for that.
        let hasIncoming: Bool
        let hasOutgoing: Bool
        /// Whether, and how, deliveries are acknowledged.
        var acknowledgement: AcknowledgedMessagesExtension?
        var sessionAdded: [@Sendable (ServerSession, BayeuxMessage) -> Void] = []
        var sessionRemoved: [@Sendable (ServerSession, BayeuxMessage?, ServerSession.RemovalReason) -> Void] = []
        var subscribed: [@Sendable (ServerSession, ServerChannel, BayeuxMessage?) -> Void] = []
        var unsubscribed: [@Sendable (ServerSession, ServerChannel, BayeuxMessage?) -> Void] = []

        init(_ hooks: Hooks = Hooks()) {
            self.securityPolicy = hooks.securityPolicy
            self.incoming = ExtensionChain(incoming: hooks.extensions.all)
            self.outgoing = ExtensionChain(outgoing: hooks.extensions.all)
            self.hasIncoming = !self.incoming.isEmpty
            self.hasOutgoing = !self.outgoing.isEmpty
            self.acknowledgement = hooks.extensions.all.lazy.compactMap { $0 as? AcknowledgedMessagesExtension }.last
            for listener in hooks.serverListeners.all {
                switch listener.kind {
                case .sessionAdded(let body): self.sessionAdded.append(body)
                case .sessionRemoved(let body): self.sessionRemoved.append(body)
                case .subscribed(let body): self.subscribed.append(body)
                case .unsubscribed(let body): self.unsubscribed.append(body)
                // Channels tell of themselves, on whatever thread makes them.
                case .channelConfigured, .channelAdded, .channelRemoved: break
                }
            }
        }
    }
}

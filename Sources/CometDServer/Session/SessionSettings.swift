import Bayeux

/// What an application has set on one session; most sessions have none.
///
/// Never changed: a change makes another one.
final class SessionSettings: Sendable {
    /// The values of a ``SessionSettings``, for changing them.
    struct Values: Sendable {
        var timeout: Duration?
        var interval: Duration?
        var maxInterval: Duration?
        var broadcastsToPublisher: Bool?
        var extensions = Registered<any BayeuxExtension>()
        var listeners = Registered<ServerSession.Listener>()
    }

    let values: Values
    /// The extensions for messages of the client; `nil` when there are none.
    let incoming: ExtensionChain?
    /// The extensions for messages to the client; `nil` when there are none.
    let outgoing: ExtensionChain?
    let messageListeners: [ServerSession.Listener.Message]
    let queueListeners: [@Sendable (ServerSession, ServerSession?, BayeuxMessage) -> Void]
    let dequeueListeners: [@Sendable (ServerSession, inout [BayeuxMessage]) -> Void]
    let overflowListeners: [@Sendable (ServerSession, QueueOverflow) -> QueueOverflow.Decision]

    init(_ values: Values) {
        self.values = values
        let extensions = values.extensions.all
        self.incoming = extensions.isEmpty ? nil : ExtensionChain(incoming: extensions)
        self.outgoing = extensions.isEmpty ? nil : ExtensionChain(outgoing: extensions)
        let kinds = values.listeners.all.map(\.kind)
        self.messageListeners = kinds.compactMap { if case .message(let body) = $0 { body } else { nil } }
        self.queueListeners = kinds.compactMap { if case .queued(let body) = $0 { body } else { nil } }
        self.dequeueListeners = kinds.compactMap { if case .dequeued(let body) = $0 { body } else { nil } }
        self.overflowListeners = kinds.compactMap { if case .queueMaxed(let body) = $0 { body } else { nil } }
    }

    /// Whether a message must pass the application before it is queued.
    var seesDeliveries: Bool {
        self.outgoing != nil || !self.messageListeners.isEmpty || !self.queueListeners.isEmpty
    }

    func forEachListener(_ body: (ServerSession.Listener.Kind) -> Void) {
        for listener in self.values.listeners.entries { body(listener.entry.kind) }
    }
}

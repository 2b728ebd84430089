import Bayeux
import Logging
import NIOCore

/// The client half of a local session, as the engine sees it: a WebSocket that never breaks.
///
/// Confined to its session's event loop.
final class LocalConnection: PushConnection {
    typealias Handler = @Sendable (BayeuxMessage) async throws -> Void

    /// Who wants to see messages of a channel.
    struct Listener {
        let token: ListenerToken
        let channel: ChannelID
        /// Whether the session is subscribed for it.
        let isSubscription: Bool
        let handler: Handler
        /// Told of the session's end.
        let ended: (@Sendable () -> Void)?
    }

    /// How many messages may wait for handlers before they wait in the session's queue, where its limits apply.
    private static let mostWaiting = 1024

    private let shard: ShardState
    private(set) var session: ServerSession?
    private var link: PushLink?
    private(set) var listeners: [Listener] = []
    /// Who waits for the reply to a request, or the answer to a remote call, by its id.
    private var waiters: [String: (BayeuxMessage?) -> Void] = [:]
    private var lastID = 0
    private let waiting = TurnQueue<(message: BayeuxMessage, depth: Int)>()

    init(on shard: ShardState) { self.shard = shard }

    func send(_ deliveries: MessageQueue, replies: ByteBuffer) {
        if replies.readableBytes > 0 { self.receive(replies) }
        deliveries.forEach { self.receive($0) }
        self.handleNext()
    }

    func send(_ message: OutboundMessage) {
        self.receive(message)
        self.handleNext()
    }

    func batchEnded() {}

    func sessionChanged(to session: ServerSession, link: PushLink) {
        self.session = session
        self.link = link
    }

    func close(code: UInt16, reason: String) {
        let listeners = self.listeners
        self.listeners = []
        _ = self.waiting.removeAll()
        for listener in listeners { listener.ended?() }
        // One by one: a call waits for two messages, and the first waiter that is told makes it forget the other.
        while let (_, waiter) = self.waiters.popFirst() { waiter(nil) }
    }

    /// An id for a request.
    func nextID() -> String {
        self.lastID += 1
        return String(self.lastID)
    }

    /// Waits for the message of an id: a reply, or the answer to a remote call.
    ///
    /// - Parameters:
    ///   - id: The id.
    ///   - waiter: Called once, with `nil` when the session has ended.
    func wait(for id: String, _ waiter: @escaping (BayeuxMessage?) -> Void) { self.waiters[id] = waiter }

    /// Waits no longer.
    func forget(_ id: String) { self.waiters[id] = nil }

    func add(_ listener: Listener) { self.listeners.append(listener) }

    /// Takes a listener out.
    ///
    /// - Returns: What it was; `nil` when it was not there.
    func remove(_ token: ListenerToken) -> Listener? {
        guard let index = self.listeners.firstIndex(where: { $0.token == token }) else { return nil }
        return self.listeners.remove(at: index)
    }

    /// Takes a listener out.
    ///
    /// - Returns: The channel that nobody is subscribed to any more; `nil` when there is none.
    func removeLast(_ token: ListenerToken) -> ChannelID? {
        guard let removed = self.remove(token), removed.isSubscription,
            !self.listeners.contains(where: { $0.isSubscription && $0.channel == removed.channel })
        else { return nil }
        return removed.channel
    }
}

// MARK: - Messages

extension LocalConnection {
    private func receive(_ replies: ByteBuffer) {
        var text = ByteBuffer(string: "[")
        text.writeImmutableBuffer(replies)
        text.writeStaticString("]")
        var envelopes: ContiguousArray<MessageEnvelope> = []
        let limits = ScanLimits(maxDepth: .max, maxMessages: .max)
        guard (try? BatchScanner.scan(text, limits: limits, into: &envelopes)) != nil else {
            preconditionFailure("replies are encoded as valid JSON")
        }
        for envelope in envelopes {
            let reply = BayeuxMessage(text, envelope)
            if let id = reply.id, let waiter = self.waiters.removeValue(forKey: id) { waiter(reply) }
        }
    }

    private func receive(_ delivery: OutboundMessage) {
        let message = delivery.message
        if message.isSuccessful != nil, let id = message.id, let waiter = self.waiters.removeValue(forKey: "call" + id)
        {
            return waiter(message)
        }
        self.waiting.append((message, delivery.depth))
        if self.waiting.count > Self.mostWaiting { self.link?.isWritable = false }
    }

    /// Gives the messages that wait to their handlers, one after the other.
    private func handleNext() {
        self.waiting.run { delivery, done in
            let channel = delivery.message.channel.flatMap { try? ChannelID($0) }
            let handlers = self.listeners.filter { listener in channel.map(listener.channel.matches) ?? false }
            self.handle(delivery.message, depth: delivery.depth, by: handlers.map(\.handler)) {
                done()
                self.resumeReceiving()
            }
        }
    }

    /// Lets messages come again when few wait.
    private func resumeReceiving() {
        guard let link = self.link, !link.isWritable, self.waiting.count <= Self.mostWaiting / 2 else { return }
        link.isWritable = true
        self.session?.perform { $0.linkBecameWritable(link) }
    }

    private func handle(
        _ message: BayeuxMessage,
        depth: Int,
        by handlers: [Handler],
        then completion: @escaping () -> Void
    ) {
        guard !handlers.isEmpty else { return completion() }
        let logger = self.shard.core.logger
        self.shard.run(depth: depth + 1, limit: self.shard.core.local.options.maxProcessing) {
            for handler in handlers {
                do {
                    try await handler(message)
                } catch {
                    logger.error(
                        "a handler failed",
                        metadata: ["channel": "\(message.channel ?? "")", "error": "\(error)"]
                    )
                }
            }
        } then: { (outcome: Void?) in
            if outcome == nil {
                logger.error("a handler takes too long", metadata: ["channel": "\(message.channel ?? "")"])
            }
            completion()
        }
    }
}

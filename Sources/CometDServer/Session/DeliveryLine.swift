import Bayeux
import DequeModule
import Logging
import NIOCore

/// Messages for one session that pass the application before they are queued: one after the other, in order.
///
/// Confined to the session's event loop.
final class DeliveryLine {
    /// A message on its way.
    struct Delivery {
        /// The message in the form in which it leaves, unless the application changes it.
        let outbound: OutboundMessage
        /// The message for the application to look at.
        let message: BayeuxMessage
        let sender: ServerSession?
        /// The extensions of the server that a delivery to one session passes, and a broadcast has passed before.
        let extensions: [any BayeuxExtension]
        /// Told whether the message was queued.
        let completion: ((Bool) -> Void)?
    }

    private let turns = TurnQueue<Delivery>()
    /// How many bytes wait.
    private(set) var byteCount = 0

    /// Whether a message must wait its turn.
    var isBusy: Bool { self.turns.isBusy }

    /// How many messages wait.
    var count: Int { self.turns.count }

    func append(_ delivery: Delivery) {
        self.turns.append(delivery)
        self.byteCount += delivery.outbound.json.readableBytes
    }

    /// Takes the message out that has waited longest.
    func removeFirst() {
        guard let first = self.turns.removeFirst() else { return }
        self.byteCount -= first.outbound.json.readableBytes
        first.completion?(false)
    }

    /// Gives the messages to the application, each when the one before it has passed.
    func run(_ work: @escaping (Delivery, _ done: @escaping () -> Void) -> Void) {
        self.turns.run { delivery, done in
            self.byteCount -= delivery.outbound.json.readableBytes
            work(delivery, done)
        }
    }

    /// The session has ended.
    func clear() {
        self.byteCount = 0
        for delivery in self.turns.removeAll() { delivery.completion?(false) }
    }
}

extension SessionState {
    /// Delivers a message to this session only, past the server's extensions and the session's own.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - sender: Who listeners see as its sender.
    ///   - depth: How deep the hook is nested that delivers it.
    ///   - completion: Told whether it was queued.
    func deliver(
        _ message: BayeuxMessage,
        from sender: ServerSession?,
        depth: Int,
        _ completion: @escaping (Bool) -> Void
    ) {
        guard depth <= self.shard.core.options.maxPublishDepth else {
            self.shard.core.logPublishDepth(message.channel ?? "")
            return completion(false)
        }
        self.shard.refreshHooks()
        let isMeta = message.channel?.hasPrefix("/meta/") ?? false
        let extensions = self.shard.hooks.outgoing.extensions(isMeta: isMeta, hasExt: message[.ext] != nil)
        let outbound = OutboundMessage(
            message,
            keepsID: true,
            lazyTimeout: message.isLazy ? OutboundMessage.longestWait : nil,
            depth: depth
        )
        guard !extensions.isEmpty || self.intake == .hooked else {
            guard self.acceptsMessages else { return completion(false) }
            let (isQueued, isDirty) = self.append(outbound, from: sender)
            if isDirty { self.shard.fanOuts.markDirty(self) }
            return completion(isQueued)
        }
        self.pass(
            DeliveryLine.Delivery(
                outbound: outbound,
                message: message,
                sender: sender,
                extensions: extensions,
                completion: completion
            )
        )
    }

    /// Lets the application see a message, after those that came before it.
    func pass(_ delivery: DeliveryLine.Delivery) {
        let line = self.deliveries ?? DeliveryLine()
        self.deliveries = line
        guard self.acceptsMessages, self.makeRoom(for: delivery, in: line) else {
            return delivery.completion?(false) ?? ()
        }
        line.append(delivery)
        self.intake = .hooked
        line.run { delivery, done in
            self.passDelivery(delivery) { message in
                self.append(delivery, changedTo: message)
                done()
                if !line.isBusy { self.updateIntake() }
            }
        }
    }

    /// Whether a message may wait for the application: the limits of the queue count for the line before it, too.
    private func makeRoom(for delivery: DeliveryLine.Delivery, in line: DeliveryLine) -> Bool {
        let message = delivery.outbound
        guard !self.mayWait(message, behind: line.count, line.byteCount) else { return true }
        switch self.overflowDecision(message, from: delivery.sender, waiting: line.count, line.byteCount) {
        case .keep: return true
        case .dropNewest: return false
        case .dropOldest:
            while !self.mayWait(message, behind: line.count, line.byteCount) { line.removeFirst() }
            return true
        case .disconnect:
            self.overflow()
            if self.becameDirty() { self.shard.fanOuts.markDirty(self) }
            return false
        }
    }

    /// Runs the hooks for a message.
    ///
    /// - Parameters:
    ///   - delivery: The message.
    ///   - completion: Told what has become of the message; `nil` when it is dropped.
    private func passDelivery(_ delivery: DeliveryLine.Delivery, then completion: @escaping (BayeuxMessage?) -> Void) {
        let (message, sender, handle) = (delivery.message, delivery.sender, self.handle)
        let isMeta = message.channel?.hasPrefix("/meta/") ?? false
        let own = self.settings?.outgoing?.extensions(isMeta: isMeta, hasExt: message[.ext] != nil) ?? []
        let extensions = delivery.extensions + own
        let listeners = self.settings?.messageListeners ?? []
        let logger = self.shard.core.logger
        let limit = self.transport.options.maxProcessing
        self.shard.run(depth: delivery.outbound.depth + 1, limit: limit) { () -> BayeuxMessage? in
            var message = message
            guard await extensions.passOutgoing(&message, to: handle, from: sender, logger) else { return nil }
            for listener in listeners {
                do {
                    guard try await listener(handle, sender, message) else { return nil }
                } catch {
                    logger.error("a listener failed", metadata: ["session": "\(handle)", "error": "\(error)"])
                }
            }
            return message
        } then: { (outcome: BayeuxMessage??) in
            if outcome == nil {
                logger.error("a hook takes too long", metadata: ["session": "\(handle)"])
            }
            completion(outcome ?? nil)
        }
    }

    /// The application has seen a message.
    private func append(_ delivery: DeliveryLine.Delivery, changedTo message: BayeuxMessage?) {
        guard let message, self.acceptsMessages else { return delivery.completion?(false) ?? () }
        let outbound =
            message.isAsReceived && delivery.message.isAsReceived
            ? delivery.outbound
            : OutboundMessage(
                message,
                keepsID: true,
                lazyTimeout: delivery.outbound.lazyTimeout,
                depth: delivery.outbound.depth
            )
        let (isQueued, isDirty) = self.append(outbound, from: delivery.sender)
        if isDirty { self.shard.fanOuts.markDirty(self) }
        if isQueued, let settings = self.settings {
            PublishDepth.$current.withValue(delivery.outbound.depth + 1) {
                for listener in settings.queueListeners { listener(self.handle, delivery.sender, message) }
            }
        }
        delivery.completion?(isQueued)
    }
}

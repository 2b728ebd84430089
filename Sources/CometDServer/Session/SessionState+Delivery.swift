import Bayeux
import Logging
import NIOCore

// What the server sends.
extension SessionState {
    /// Appends a message to what waits for the client.
    ///
    /// - Returns: Whether the session must be put on the list of those that have something to send.
    func enqueue(_ message: OutboundMessage) -> Bool {
        guard self.acceptsMessages else { return false }
        self.queue.append(message)
        if self.queue.byteCount > self.transport.options.maxQueueBytes
            || self.transport.options.maxQueue.map({ self.queue.count > $0 }) ?? false
        {
            self.acceptsMessages = false
            _ = self.queue.takeAll()
        }
        guard !self.isDirty else { return false }
        self.isDirty = true
        return true
    }

    /// Delivers a message to this session only.
    func deliver(_ message: OutboundMessage) {
        if self.enqueue(message) { self.shard.fanOuts.markDirty(self) }
    }

    /// Sends what waits, if there is a way to send it now: at the end of the tick, when the connection has room again.
    func flush() {
        self.isDirty = false
        guard self.acceptsMessages else {
            // One that has ended needs nothing more.
            guard !self.hasEnded else { return }
            self.shard.core.logger.warning("too many messages wait", metadata: ["session": "\(self.handle)"])
            self.shard.remove(self, reason: .queueOverflow)
            return
        }
        guard !self.queue.isEmpty else { return }
        if let link = self.link, !self.transport.options.metaConnectDeliverOnly {
            guard self.expectsMessages, link.isWritable else { return }
            if let connection = self.connection {
                if let only = self.queue.takeOnly() {
                    connection.send(only)
                } else {
                    connection.send(self.queue.takeAll(), replies: ByteBuffer())
                }
            } else {
                link.send(self.queue.takeAll())
            }
        } else {
            self.releaseConnect { self.answer($0) }
        }
    }

    /// Whether the client can take messages: most expect none before the reply to their first connect.
    private var expectsMessages: Bool {
        self.hasConnected || self.transport.options.allowMessageDeliveryDuringHandshake
    }

    /// Takes the messages that leave together with the replies to a batch, in front of them.
    ///
    /// - Parameters:
    ///   - origin: Where the batch came from.
    ///   - isConnect: Whether one of the replies is that to a connect.
    /// - Returns: The messages.
    func takeMessages(forAnswerTo origin: Exchange.Origin, isConnect: Bool) -> MessageQueue {
        guard self.expectsMessages, self.acceptsMessages else { return MessageQueue() }
        switch origin {
        case .request:
            let connectOnly = self.transport.options.metaConnectDeliverOnly || self.connectionType == .callbackPolling
            return isConnect || !connectOnly ? self.queue.takeAll() : MessageQueue()
        case .link(let link):
            guard link === self.link, link.isWritable else { return MessageQueue() }
            return isConnect || !self.transport.options.metaConnectDeliverOnly ? self.queue.takeAll() : MessageQueue()
        }
    }

    /// Answers a request of this session; a large answer suspends the expiry until it has left or failed to.
    func respond(_ messages: RequestAnswer.Messages, to responder: any RequestResponder) {
        var messages = messages
        if messages.byteCount > Self.largeAnswer {
            messages.outcome = AnswerOutcome(session: self.handle)
            self.connect.answerStarted(expiry: self.nextExpiry + Self.longestWrite)
            self.updateTimer()
        }
        responder.respond(.messages(messages))
    }

    /// Smaller answers fit the socket's buffer: nothing is to be learnt from waiting for them.
    private static let largeAnswer = 32 << 10
    /// How long the transport lets the writing of an answer take.
    private static let longestWrite = TimeAmount.seconds(60)
}

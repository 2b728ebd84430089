import Bayeux
import DequeModule

/// What a session has sent and its client has not acknowledged yet.
///
/// Each answer to a connect is a batch, whether messages go with it or not.
///
/// - SeeAlso: CometD 3.1.14, `AcknowledgedMessagesClientExtension`; REQUIREMENTS N1, H7.
final class Acknowledgement {
    /// The number of the batch that was sent last.
    private(set) var lastBatch = 0
    /// What was sent with each batch that has messages, oldest first.
    private var sent = Deque<(batch: Int, messages: MessageQueue)>()
    /// How many messages, and bytes of them, have been sent and are not acknowledged.
    private(set) var count = 0
    private(set) var byteCount = 0
    /// The number that the client has acknowledged last; less than 1 at first.
    private var lastAcknowledged = 0
    let listener: AcknowledgedMessagesExtension

    init(_ listener: AcknowledgedMessagesExtension) {
        self.listener = listener
    }

    /// Messages leave with the answer to a connect.
    ///
    /// - Returns: The number of their batch.
    func send(_ messages: MessageQueue) -> Int {
        self.lastBatch += 1
        guard !messages.isEmpty else { return self.lastBatch }
        self.sent.append((self.lastBatch, messages))
        self.count += messages.count
        self.byteCount += messages.byteCount
        return self.lastBatch
    }

    /// The client has received a batch, and all before it.
    ///
    /// - Parameter batch: What it says, at most ``lastBatch``.
    /// - Returns: What must be sent again, empty when everything has arrived, and for a connect that is older than one
    ///   that came before it (a number below 1 is that of a client which has received nothing); and whether the client
    ///   says it for the first time.
    func acknowledge(_ batch: Int) -> (lost: MessageQueue, isNews: Bool) {
        guard batch < 1 || batch >= self.lastAcknowledged else { return (MessageQueue(), false) }
        let isNews = batch > self.lastAcknowledged
        if isNews { self.lastAcknowledged = batch }
        while let first = self.sent.first, first.batch <= batch { self.sent.removeFirst() }
        var lost = MessageQueue()
        while let next = self.sent.popFirst() { next.messages.forEach { lost.append($0) } }
        self.count = 0
        self.byteCount = 0
        return (lost, isNews)
    }
}

extension Exchange {
    /// Turns acknowledgement on for a session whose client asks for it; only the boolean `true` does.
    ///
    /// Local sessions send no connects that could bring them messages.
    func negotiateAcknowledgement(_ session: SessionState) {
        guard !session.isLocal, let acknowledgement = self.shard.hooks.acknowledgement,
            self.message.ext?["ack"]?.boolValue == true
        else { return }
        session.acknowledgement = Acknowledgement(acknowledgement)
        guard session.transport.options.allowMessageDeliveryDuringHandshake else {
            return self.messageReply.addExt("ack", JSONBytes(.bool(true)))
        }
        // The reply is the first batch: messages may come with it.
        let answer: JSONObject = ["enabled": .bool(true), "batch": .number(1)]
        self.messageReply.addExt("ack", JSONBytes(.object(answer)))
    }
}

extension SessionState {
    /// A connect has arrived: what it does not acknowledge waits again, in front of what came later.
    func acknowledged(_ connect: BayeuxMessage) {
        // A connect without a number, or with one that was never sent, says nothing. Clients begin with -1.
        guard let acknowledgement = self.acknowledgement, let batch = connect.ext?["ack"]?.intValue,
            batch <= acknowledgement.lastBatch
        else { return }
        let (lost, isNews) = acknowledgement.acknowledge(batch)
        if isNews { acknowledgement.listener.batchAcknowledged?(self.handle, batch) }
        guard !lost.isEmpty, !self.hasEnded else { return }
        self.queue.prepend(lost)
        self.hasEagerMessages = true
    }

    /// Whether the client has been sent more than may wait, without acknowledging any of it.
    var owesAcknowledgements: Bool {
        guard let acknowledgement = self.acknowledgement else { return false }
        let limits = self.transport.options
        return acknowledgement.byteCount > limits.maxQueueBytes
            || limits.maxQueue.map { acknowledgement.count > $0 } ?? false
    }

    /// Messages leave with the answer to a connect or a handshake: numbers their batch, when they are acknowledged.
    ///
    /// - Returns: The number, for the reply's `ext.ack`; `nil` when the session does not acknowledge.
    func countBatch(_ messages: MessageQueue) -> Int? {
        guard let acknowledgement = self.acknowledgement else { return nil }
        let batch = acknowledgement.send(messages)
        if let batchSent = acknowledgement.listener.batchSent {
            var sent: [BayeuxMessage] = []
            messages.forEach { sent.append($0.message) }
            batchSent(self.handle, sent, batch)
        }
        return batch
    }
}

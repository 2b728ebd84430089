import Bayeux
package import NIOCore

/// The HTTP request that brought a batch, as the engine sees it: it is answered exactly once.
///
/// The engine calls it on the session's event loop; the transport hops to the connection's when that is another.
package protocol RequestResponder: AnyObject, Sendable {
    /// Answers the request.
    func respond(_ answer: RequestAnswer)

    /// The request is a connect that a session holds; until it is answered the session must be told
    /// (``ServerSession/heldRequestAborted(_:)``) when the client goes away.
    func held(by session: ServerSession)
}

/// The answer to one HTTP request.
package enum RequestAnswer: Sendable {
    /// Status 200 with an array of messages.
    case messages(Messages)
    /// Another status, with an empty body.
    case status(Int)

    /// What a successful answer holds.
    package struct Messages: Sendable {
        /// Messages that waited for the session.
        package var deliveries: MessageQueue
        /// The replies, each a JSON object, parted by commas.
        package var replies: ByteBuffer
        /// Whether the replies come before the messages, and not behind them.
        package var hasRepliesFirst: Bool
        /// The value of the browser cookie, when it must be set.
        package var newBrowserID: String?
        /// Told when a large answer has been written or has failed to be; the session's expiry starts anew then.
        package var outcome: AnswerOutcome?

        package init(
            deliveries: MessageQueue = MessageQueue(),
            replies: ByteBuffer,
            newBrowserID: String? = nil,
            outcome: AnswerOutcome? = nil,
            hasRepliesFirst: Bool = false
        ) {
            self.deliveries = deliveries
            self.replies = replies
            self.newBrowserID = newBrowserID
            self.outcome = outcome
            self.hasRepliesFirst = hasRepliesFirst
        }

        /// How many bytes the JSON array takes, its brackets and commas included.
        package var byteCount: Int {
            let deliveryBytes = self.deliveries.byteCount + self.deliveries.count
            let replyBytes = self.replies.readableBytes
            return deliveryBytes + replyBytes + (replyBytes == 0 && deliveryBytes > 0 ? 1 : 2)
        }

        /// Appends the JSON array.
        package func encode(into buffer: inout ByteBuffer) {
            buffer.writeGathered(upTo: self.byteCount) { text in
                text.append("[")
                var isFirst = true
                if self.hasRepliesFirst, self.replies.readableBytes > 0 {
                    text.append(self.replies)
                    isFirst = false
                }
                self.deliveries.forEach { delivery in
                    if !isFirst { text.append(",") }
                    text.append(delivery.json)
                    isFirst = false
                }
                if !self.hasRepliesFirst {
                    if !isFirst, self.replies.readableBytes > 0 { text.append(",") }
                    text.append(self.replies)
                }
                text.append("]")
            }
        }
    }
}

/// Where the outcome of a large answer is reported to.
package struct AnswerOutcome: Sendable {
    let session: ServerSession

    /// The answer has left, or the connection has failed; either way nothing more of it will be written.
    package func writeEnded() { self.session.answerWriteEnded() }
}

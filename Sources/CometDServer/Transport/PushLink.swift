package import NIOCore
import Synchronization

/// A session's way to its ``PushConnection``, from any event loop.
///
/// On the connection's own loop it calls straight through; from another it hops once for each flush.
package final class PushLink: Sendable {
    /// The connection's event loop.
    package let eventLoop: any EventLoop
    private let connection: NIOLoopBound<any PushConnection>
    private let accepts = Atomic<Bool>(true)
    /// How many bytes of messages are on their way to the connection's event loop.
    private let bytesUnderWay = Atomic<Int>(0)
    /// How many bytes may be on their way before more waits in the session's queue.
    private static let mostUnderWay = 64 << 10

    /// Makes the link to a connection; called on the connection's event loop.
    package init(to connection: any PushConnection, on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
    }

    /// Whether the connection takes more: what its peer has not read stays below the transport's mark.
    ///
    /// The connection sets it; messages stay in the session's queue, where limits apply, while it is `false`.
    package var isWritable: Bool {
        get { self.accepts.load(ordering: .relaxed) }
        set { self.accepts.store(newValue, ordering: .relaxed) }
    }

    /// Whether the engine may send more: the connection takes it, and little is on its way to it.
    var takesMore: Bool {
        self.isWritable && self.bytesUnderWay.load(ordering: .relaxed) <= Self.mostUnderWay
    }

    /// The connection itself, when it lives on this event loop; only called there.
    func connection(on eventLoop: any EventLoop) -> (any PushConnection)? {
        self.eventLoop === eventLoop ? self.connection.value : nil
    }

    /// Sends messages only; what is on its way to another event loop counts as not read by the peer.
    ///
    /// - Parameters:
    ///   - deliveries: The messages.
    ///   - session: Whose they are.
    func send(_ deliveries: MessageQueue, of session: ServerSession) {
        guard !self.eventLoop.inEventLoop else { return self.connection.value.send(deliveries, replies: ByteBuffer()) }
        let bytes = deliveries.byteCount
        self.bytesUnderWay.add(bytes, ordering: .relaxed)
        self.eventLoop.execute {
            self.connection.value.send(deliveries, replies: ByteBuffer())
            let left = self.bytesUnderWay.subtract(bytes, ordering: .relaxed).newValue
            // Crossing the mark downwards: what has been held back meanwhile may go.
            if left <= Self.mostUnderWay, left + bytes > Self.mostUnderWay {
                session.perform { $0.linkBecameWritable(self) }
            }
        }
    }

    /// Sends messages and replies.
    ///
    /// - Parameters:
    ///   - deliveries: The messages.
    ///   - replies: The replies to one batch, parted by commas.
    ///   - repliesFirst: Whether the replies come first, in one frame with the messages: a client gets both or nothing.
    func send(_ deliveries: MessageQueue, replies: ByteBuffer, repliesFirst: Bool = false) {
        guard repliesFirst, !deliveries.isEmpty else { return self.pass(deliveries, replies) }
        var together = replies
        together.reserveCapacity(replies.readableBytes + deliveries.byteCount + deliveries.count)
        deliveries.forEach { message in
            if together.readableBytes > 0 { together.writeStaticString(",") }
            together.writeImmutableBuffer(message.json)
        }
        self.pass(MessageQueue(), together)
    }

    private func pass(_ deliveries: MessageQueue, _ replies: ByteBuffer) {
        if self.eventLoop.inEventLoop {
            self.connection.value.send(deliveries, replies: replies)
        } else {
            self.eventLoop.execute { self.connection.value.send(deliveries, replies: replies) }
        }
    }

    func batchEnded() {
        self.perform { $0.batchEnded() }
    }

    func sessionChanged(to session: ServerSession) {
        self.perform { $0.sessionChanged(to: session, link: self) }
    }

    func close(code: UInt16, reason: String) {
        self.perform { $0.close(code: code, reason: reason) }
    }

    private func perform(_ body: @escaping @Sendable (any PushConnection) -> Void) {
        if self.eventLoop.inEventLoop {
            body(self.connection.value)
        } else {
            self.eventLoop.execute { body(self.connection.value) }
        }
    }
}

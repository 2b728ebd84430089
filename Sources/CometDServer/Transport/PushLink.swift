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

    /// The connection itself, when it lives on this event loop; only called there.
    func connection(on eventLoop: any EventLoop) -> (any PushConnection)? {
        self.eventLoop === eventLoop ? self.connection.value : nil
    }

    func send(_ deliveries: MessageQueue, replies: ByteBuffer = ByteBuffer()) {
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

package import NIOCore

/// A connection on which the server may send at any time: a WebSocket, as the engine sees it.
///
/// Confined to its own event loop; ``PushLink`` reaches it from others.
package protocol PushConnection: AnyObject {
    /// Sends messages, each in a frame of its own (or as many as the transport's options allow), then the replies
    /// together in one frame.
    ///
    /// - Parameters:
    ///   - deliveries: Messages for the session, in order.
    ///   - replies: The replies to one batch, each a JSON object, parted by commas; empty for none.
    func send(_ deliveries: MessageQueue, replies: ByteBuffer)

    /// Sends one message, which needs no encoding: its frame is ready.
    func send(_ message: OutboundMessage)

    /// A batch that this connection handed to the engine has been answered; it may hand in another.
    func batchEnded()

    /// The session has changed: replies and deliveries of another come this way from now on.
    ///
    /// A connection that had another one, or has ended meanwhile, reports the one that it does not serve to
    /// ``BayeuxServer/connectionClosed(_:session:)``.
    func sessionChanged(to session: ServerSession, link: PushLink)

    /// Closes the connection with a WebSocket close code when what waits has been sent.
    func close(code: UInt16, reason: String)
}

import NIOCore

/// Starts accepted connections past Hummingbird: the last handler of the listening channel's pipeline.
///
/// NIO asks for a connection's handlers, hands it to the one who listens (Hummingbird, which makes a task for it on its
/// pool of threads), and passes it on to the end of the pipeline, where it is registered and becomes active. When asking
/// fails NIO does neither, and leaves the connection to who let it fail. So a connection of which Hummingbird need not
/// know fails on purpose, with ``TakenOver``, and is passed on from here.
///
/// Confined to the listening channel's event loop.
final class ConnectionStarter: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    /// A connection has been started here; nobody sees this error.
    struct TakenOver: Error {}

    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Registers a connection, whose handlers have been added; closes it when the port has been closed meanwhile.
    func start(_ connection: any Channel) {
        guard let context = self.context else { return connection.close(promise: nil) }
        context.fireChannelRead(self.wrapInboundOut(connection))
    }
}

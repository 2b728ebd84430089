import NIOCore

/// Tells a connection of a ``FaultProxy`` what happens on one of its two sockets.
final class ProxySideHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let side: ProxyConnection.Side
    private let connection: ProxyConnection
    private var hasFailed = false

    init(_ side: ProxyConnection.Side, of connection: ProxyConnection) {
        self.side = side
        self.connection = connection
    }

    func channelActive(context: ChannelHandlerContext) {
        switch self.side {
        case .client: self.connection.opened()
        case .server: self.connection.serverReached(by: context.channel)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.connection.received(self.unwrapInboundIn(data), from: self.side)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { self.connection.inputEnded(of: self.side) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.connection.writabilityChanged(of: self.side)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.hasFailed = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connection.closed(self.side, hasFailed: self.hasFailed)
    }
}

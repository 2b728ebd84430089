import CometDClient
import NIOCore
import NIOWebSocket

/// The end of a WebSocket's pipeline: hands over texts, answers pings, and tells once of the end.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// What happens on a WebSocket.
    enum Event {
        case text(ByteBuffer)
        case closed(ClientError)
    }

    private let tell: (Event) -> Void
    private var failure: ClientError?
    private var hasEnded = false
    /// Whether a ping has been sent since something came.
    private var hasPinged = false

    init(_ tell: @escaping (Event) -> Void) { self.tell = tell }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = self.unwrapInboundIn(data)
        self.hasPinged = false
        switch frame.opcode {
        case .text:
            self.tell(.text(frame.unmaskedData))
        case .ping:
            // Who does not read gets no answers that would pile up.
            guard context.channel.isWritable else { return }
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)
            context.writeAndFlush(self.wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            var data = frame.unmaskedData
            let code = data.readInteger(as: UInt16.self).map { " with \($0)" } ?? ""
            let reason = data.readString(length: min(data.readableBytes, 123)) ?? ""
            self.end(
                ClientError(.connectionLost, "closed by the server\(code)\(reason.isEmpty ? "" : ": " + reason)")
            )
            Self.close(context.channel, code: .normalClosure)
        default:
            break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
        guard self.hasPinged else {
            // Servers may hold a connect for long: who is there answers this.
            self.hasPinged = true
            let ping = WebSocketFrame(fin: true, opcode: .ping, maskKey: .random(), data: ByteBuffer())
            return context.writeAndFlush(self.wrapOutboundOut(ping), promise: nil)
        }
        self.end(ClientError(.connectionLost, "silent for too long"))
        Self.close(context.channel, code: .goingAway)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isTooLarge =
            (error as? NIOWebSocketError) == .invalidFrameLength
            || (error as? NIOWebSocketFrameAggregator.Error) == .tooManyFragments
            || (error as? NIOWebSocketFrameAggregator.Error) == .accumulatedFrameSizeIsTooLarge
        self.end(isTooLarge ? ClientError(.messageTooLarge, cause: error) : ClientError(.connectionLost, cause: error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(ClientError(.connectionLost, "closed"))
        context.fireChannelInactive()
    }

    private func end(_ error: ClientError) {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        self.tell(.closed(error))
    }

    /// Says good-bye and closes, whether the peer listens or not.
    static func close(_ channel: any Channel, code: WebSocketErrorCode) {
        var data = channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: code)
        channel.writeAndFlush(
            WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data),
            promise: nil
        )
        channel.close(promise: nil)
    }
}

import NIOCore
import NIOHTTP1

/// Tells the lane when the fallback has answered, so that the next request gets its turn.
final class FallbackAnswers: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let lane: FastLane
    /// Whether the current answer says that the connection is closed after it.
    private var closes = false

    init(of lane: FastLane) {
        self.lane = lane
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head(var head):
            // An interim answer, such as 100, says nothing about the connection.
            if head.status.code >= 200 {
                if self.lane.fallbackCloses { head.headers.replaceOrAdd(name: "Connection", value: "close") }
                self.closes = !head.isKeepAlive
            }
            context.write(self.wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            let closes = self.closes || self.lane.isQuiescing
            self.closes = false
            guard closes else {
                context.writeAndFlush(data, promise: promise)
                self.lane.fallbackAnswered()
                return
            }
            let written = promise ?? context.eventLoop.makePromise()
            context.writeAndFlush(data, promise: written)
            self.lane.fallbackAnswered(closingAfter: written.futureResult)
        }
    }
}

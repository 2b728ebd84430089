import CometDClient
import NIOCore
import NIOHTTP1

/// Reads with which status a WebSocket was refused.
final class UpgradeRefusal: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<Void>

    /// Fails a promise with the refusal.
    init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = self.unwrapInboundIn(data) else { return }
        self.promise.fail(ClientError(.upgradeRefused, "HTTP status \(head.status.code)"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.promise.fail(ClientError(.upgradeRefused, cause: error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.promise.fail(ClientError(.upgradeRefused, "closed"))
        context.fireChannelInactive()
    }
}

package import NIOCore
import NIOHTTP1

/// The fallback of a listener that serves Bayeux only: nothing else is found.
package struct NotFoundLane: FallbackLane {
    package init() {}

    package func install(on channel: any Channel, isSecure: Bool) throws {
        try channel.pipeline.syncOperations.addHandler(NotFoundAnswers())
    }
}

/// Answers every request with 404.
private final class NotFoundAnswers: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // The body is not waited for: the lane drops what still comes of it.
        guard case .head(let request) = self.unwrapInboundIn(data) else { return }
        let text = "Not Found\n"
        var headers: HTTPHeaders = [
            "Content-Type": "text/plain;charset=utf-8",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Length": "\(text.utf8.count)",
        ]
        let length = request.headers.first(name: "Content-Length")
        let hasBody = length.map { $0 != "0" } ?? request.headers.contains(name: "Transfer-Encoding")
        if hasBody || !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: .notFound, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}

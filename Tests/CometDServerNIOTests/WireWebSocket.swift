import NIOCore
import NIOPosix

@testable import CometDServerNIO

/// A client's WebSocket, opened by an upgrade, plain or with TLS.
final class WireWebSocket: Sendable {
    let channel: any Channel
    private let inbound: AsyncStream<ByteBuffer>

    init(_ wire: Wire, to address: SocketAddress) async throws {
        let (inbound, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        self.inbound = inbound
        self.channel = try await WireHTTPClient.connect(to: address, try wire.clientTLS()) { channel in
            try channel.pipeline.syncOperations.addHandler(BytesReader(continuation))
            return channel
        }
        let upgrade = HTTPEmbeddedPeer.get(
            "/cometd",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        )
        try await self.channel.writeAndFlush(ByteBuffer(string: upgrade))
    }

    func send(_ frame: WebSocketClientFrame) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(frames: [frame]))
    }

    /// What the server has sent, from the answer to the upgrade on.
    func reader() -> Reader { Reader(inbound: self.inbound.makeAsyncIterator()) }

    /// Reads frames.
    struct Reader {
        fileprivate var inbound: AsyncStream<ByteBuffer>.Iterator
        private var received = ByteBuffer()
        private var isOpen = false

        fileprivate init(inbound: AsyncStream<ByteBuffer>.Iterator) { self.inbound = inbound }

        /// The next frame; `nil` when the server has closed the connection or refused the upgrade.
        mutating func next() async -> WebSocketServerFrame? {
            while true {
                if !self.isOpen {
                    let end = "\r\n\r\n"
                    let parts = String(buffer: self.received).split(separator: end, omittingEmptySubsequences: false)
                    if parts.count > 1 {
                        guard parts[0].hasPrefix("HTTP/1.1 101 ") else { return nil }
                        self.received.moveReaderIndex(forwardBy: parts[0].utf8.count + end.utf8.count)
                        self.isOpen = true
                    }
                }
                if self.isOpen, let frame = WebSocketServerFrame(readingFrom: &self.received) { return frame }
                guard var bytes = await self.inbound.next(isolation: #isolation) else { return nil }
                self.received.writeBuffer(&bytes)
            }
        }
    }
}

/// Passes on the bytes of a connection.
private final class BytesReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let bytes: AsyncStream<ByteBuffer>.Continuation

    init(_ bytes: AsyncStream<ByteBuffer>.Continuation) { self.bytes = bytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.bytes.yield(self.unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func handlerRemoved(context: ChannelHandlerContext) { self.bytes.finish() }
}

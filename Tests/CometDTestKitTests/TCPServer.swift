import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A server on a plain socket that echoes, and tells what it sees.
final class TCPServer: Sendable {
    /// What happened on one of its connections.
    enum Event: Equatable {
        case opened
        /// The client has sent FIN; the server does the same.
        case finished
        case reset
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: TCPServer
        private var hasEnded = false

        init(_ server: TCPServer) { self.server = server }

        func channelActive(context: ChannelHandlerContext) {
            self.server.opened(context.channel)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.server.received(self.unwrapInboundIn(data))
            if self.server.echoes { context.writeAndFlush(data, promise: nil) }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard let event = event as? ChannelEvent, event == .inputClosed else { return }
            self.end(.finished)
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer())).assumeIsolated()
                .whenComplete { _ in context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            self.end(.reset)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            // When writing fails, the channel is closed without an error.
            self.end(.reset)
        }

        private func end(_ event: Event) {
            if !self.hasEnded { self.server.event.yield(event) }
            self.hasEnded = true
        }
    }

    private struct State {
        var received = ByteBuffer()
        var channels: [any Channel] = []
    }

    let events: AsyncStream<Event>
    private let event: AsyncStream<Event>.Continuation
    private let echoes: Bool
    private let state = Mutex(State())

    private init(echoes: Bool) {
        self.echoes = echoes
        (self.events, self.event) = AsyncStream.makeStream()
    }

    /// Runs a server for as long as `body` does.
    ///
    /// - Parameters:
    ///   - echoes: Whether it sends back what it gets.
    ///   - reads: Whether it reads before ``read()`` is called.
    ///   - body: Gets the server and its address.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    @discardableResult
    static func running<Result>(
        echoes: Bool = true,
        reads: Bool = true,
        _ body: (TCPServer, SocketAddress) async throws -> Result
    ) async throws -> Result {
        let server = TCPServer(echoes: echoes)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: reads)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Connection(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let address = try #require(listener.localAddress)
        do {
            let result = try await body(server, address)
            try await listener.close()
            return result
        } catch {
            try await listener.close()
            throw error
        }
    }

    /// What has come, on all connections.
    var received: String { self.state.withLock { String(buffer: $0.received) } }

    /// How much has come.
    var receivedCount: Int { self.state.withLock { $0.received.readableBytes } }

    /// Reads from the connections that it has.
    func read() async throws {
        for channel in self.state.withLock({ $0.channels }) {
            try await channel.setOption(.autoRead, value: true).get()
        }
    }

    private func opened(_ channel: any Channel) {
        self.state.withLock { $0.channels.append(channel) }
        self.event.yield(.opened)
    }

    private func received(_ bytes: ByteBuffer) {
        self.state.withLock { _ = $0.received.writeImmutableBuffer(bytes) }
    }
}

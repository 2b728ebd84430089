import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Makes a connection of its own to read what TLS tells of itself, because a client does not show its connections.
struct TLSProbe {
    /// Waits for the end of the TLS handshake.
    private final class Watch: ChannelInboundHandler {
        typealias InboundIn = NIOAny

        private let promise: EventLoopPromise<TLSFacts>

        init(_ promise: EventLoopPromise<TLSFacts>) { self.promise = promise }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case TLSUserEvent.handshakeCompleted(_) = event else {
                return context.fireUserInboundEventTriggered(event)
            }
            do {
                let handler = try context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
                self.promise.succeed(TLSFacts(handler.tlsVersion, handler.peerCertificate))
            } catch {
                self.promise.fail(error)
            }
            context.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            self.promise.fail(error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.promise.fail(ChannelError.eof)
            context.fireChannelInactive()
        }
    }

    let place: ServerPlace
    let tls: TLSConfiguration
    let limit: Duration

    /// Connects, reads the facts, and closes.
    ///
    /// - Throws: The errors of NIO and NIOSSL.
    func facts() async throws -> TLSFacts {
        let context = try NIOSSLContext(configuration: self.tls)
        let isAddress = (try? SocketAddress(ipAddress: self.place.host, port: self.place.port)) != nil
        let name = isAddress ? nil : self.place.host
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = eventLoop.makePromise(of: TLSFacts.self)
        let timer = eventLoop.scheduleTask(in: TimeAmount(self.limit)) {
            promise.fail(ChannelError.connectTimeout(.zero))
        }
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(self.limit))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(try NIOSSLClientHandler(context: context, serverHostname: name))
                    try pipeline.addHandler(Watch(promise))
                }
            }
            .connect(host: self.place.host, port: self.place.port)
            .whenFailure { promise.fail($0) }
        defer { timer.cancel() }
        return try await promise.futureResult.get()
    }
}

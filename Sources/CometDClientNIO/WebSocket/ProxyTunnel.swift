import CometDClient
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOSOCKS

/// Makes a connection to a proxy one to a server behind it.
struct ProxyTunnel {
    let proxy: ClientNetwork.Proxy
    let host: String
    let port: Int
    let deadline: NIODeadline

    /// Asks the proxy; the pipeline is as it was when the future succeeds.
    func open(on channel: any Channel) -> EventLoopFuture<Void> {
        switch self.proxy.kind {
        case .http: self.connectHTTP(channel)
        case .socks5: self.connectSOCKS(channel)
        }
    }

    private func connectHTTP(_ channel: any Channel) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        var headers = HTTPHeaders()
        if let credentials = self.proxy.credentials { headers.add(name: "Proxy-Authorization", value: credentials) }
        do {
            let pipeline = channel.pipeline.syncOperations
            let encoder = HTTPRequestEncoder()
            let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
            try pipeline.addHandlers([encoder, decoder])
            try pipeline.addHandler(
                NIOHTTP1ProxyConnectHandler(
                    targetHost: self.host,
                    targetPort: self.port,
                    headers: headers,
                    deadline: self.deadline,
                    promise: promise
                )
            )
            let handlers = NIOLoopBound((encoder, decoder), eventLoop: channel.eventLoop)
            return promise.futureResult
                .flatMapErrorThrowing { throw ClientError(.unreachable, "the proxy refuses", cause: $0) }
                .flatMap {
                    let pipeline = channel.pipeline.syncOperations
                    return pipeline.removeHandler(handlers.value.0).and(pipeline.removeHandler(handlers.value.1))
                        .map { _ in }
                }
        } catch {
            promise.fail(error)
            return promise.futureResult
        }
    }

    private func connectSOCKS(_ channel: any Channel) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let limit = channel.eventLoop.scheduleTask(deadline: self.deadline) {
            promise.fail(ClientError(.unreachable, "the proxy does not answer"))
        }
        promise.futureResult.whenComplete { _ in limit.cancel() }
        do {
            let pipeline = channel.pipeline.syncOperations
            let handler = SOCKSClientHandler(targetAddress: .domain(self.host, port: self.port))
            try pipeline.addHandler(handler)
            try pipeline.addHandler(SOCKSWatch(promise, removing: handler))
        } catch {
            promise.fail(error)
        }
        return promise.futureResult
    }
}

/// Waits until a proxy of SOCKS has connected, then takes the tunnel's handlers out.
private final class SOCKSWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let promise: EventLoopPromise<Void>
    private let handler: SOCKSClientHandler

    init(_ promise: EventLoopPromise<Void>, removing handler: SOCKSClientHandler) {
        self.promise = promise
        self.handler = handler
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is SOCKSProxyEstablishedEvent else { return context.fireUserInboundEventTriggered(event) }
        let pipeline = context.pipeline.syncOperations
        pipeline.removeHandler(self.handler).and(pipeline.removeHandler(self)).map { _ in }
            .cascade(to: self.promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.promise.fail(ClientError(.unreachable, "the proxy refuses", cause: error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.promise.fail(ClientError(.unreachable, "the proxy has closed"))
        context.fireChannelInactive()
    }
}

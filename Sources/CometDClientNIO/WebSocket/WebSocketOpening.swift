import Bayeux
import CometDClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// Opens one WebSocket: through a proxy perhaps, with TLS perhaps, by an upgrade of HTTP.
struct WebSocketOpening {
    let site: ClientSite
    let address: ServerAddress

    /// Opens it.
    ///
    /// - Parameters:
    ///   - tell: Told what happens on it; on the event loop.
    ///   - completion: Told the channel, or why there is none; on the event loop.
    func start(
        telling tell: @escaping (WebSocketHandler.Event) -> Void,
        then completion: @escaping (Result<any Channel, any Error>) -> Void
    ) {
        let eventLoop = self.site.eventLoop
        let opening = NIOLoopBound(self, eventLoop: eventLoop)
        let teller = NIOLoopBound(tell, eventLoop: eventLoop)
        self.site.headers(for: self.address, url: self.address.url(), .webSocket)
            .flatMap { headers in
                opening.value.connect().flatMap { channel in
                    opening.value.upgrade(channel, headers, teller)
                        .flatMapError { error in
                            channel.close(promise: nil)
                            return channel.eventLoop.makeFailedFuture(error)
                        }
                }
            }
            .assumeIsolated().whenComplete(completion)
    }

    private func connect() -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: self.site.eventLoop)
            .connectTimeout(TimeAmount(self.site.connection.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        guard let proxy = self.site.network.proxy else {
            return bootstrap.connect(host: self.address.host, port: self.address.port)
        }
        let target = self.address
        let deadline = NIODeadline.now() + TimeAmount(self.site.connection.connectTimeout)
        return bootstrap.connect(host: proxy.host, port: proxy.port).flatMap { channel in
            ProxyTunnel(proxy: proxy, host: target.host, port: target.port, deadline: deadline).open(on: channel)
                .map { channel }
                .flatMapError { error in
                    channel.close(promise: nil)
                    return channel.eventLoop.makeFailedFuture(error)
                }
        }
    }

    private func upgrade(
        _ channel: any Channel,
        _ headers: HTTPHeaders,
        _ tell: NIOLoopBound<(WebSocketHandler.Event) -> Void>
    ) -> EventLoopFuture<any Channel> {
        do {
            if self.address.isSecure {
                let context = try self.site.network.tlsContext()
                let isName = (try? SocketAddress(ipAddress: self.address.host, port: 0)) == nil
                let handler = try NIOSSLClientHandler(
                    context: context,
                    serverHostname: isName ? self.address.host : nil
                )
                try channel.pipeline.syncOperations.addHandler(handler)
            }
            let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                configuration: self.configuration(headers, tell)
            )
            let limit = channel.eventLoop.scheduleTask(in: TimeAmount(self.site.connection.connectTimeout)) {
                channel.close(promise: nil)
            }
            upgraded.whenComplete { _ in limit.cancel() }
            return upgraded.flatMap { $0 }.map { channel }
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    private func configuration(
        _ headers: HTTPHeaders,
        _ tell: NIOLoopBound<(WebSocketHandler.Event) -> Void>
    ) -> NIOUpgradableHTTPClientPipelineConfiguration<EventLoopFuture<Void>> {
        var headers = headers
        headers.replaceOrAdd(name: "Host", value: self.address.authority)
        if let name = self.site.connection.webSocketProtocol {
            headers.replaceOrAdd(name: "Sec-WebSocket-Protocol", value: name)
        }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: self.address.target(), headers: headers)
        let cookies = NIOLoopBound((self.site.cookies, self.address), eventLoop: self.site.eventLoop)
        let limit = self.site.options.maxMessageSize
        let idleTimeout = TimeAmount(self.site.connection.idleTimeout / 2)
        let upgrader = NIOTypedWebSocketClientUpgrader<EventLoopFuture<Void>>(
            maxFrameSize: limit,
            enableAutomaticErrorHandling: false
        ) { channel, response in
            channel.eventLoop.makeCompletedFuture {
                cookies.value.0.keep(response.headers, from: cookies.value.1)
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0,
                        maxAccumulatedFrameCount: 1024,
                        maxAccumulatedFrameSize: limit
                    )
                )
                try pipeline.addHandler(IdleStateHandler(readTimeout: idleTimeout))
                try pipeline.addHandler(WebSocketHandler(tell.value))
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        }
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head,
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    // The answer is read once this has been returned.
                    channel.eventLoop.makeCompletedFuture {
                        let promise = channel.eventLoop.makePromise(of: Void.self)
                        try channel.pipeline.syncOperations.addHandler(UpgradeRefusal(promise))
                        return promise.futureResult
                    }
                }
            )
        )
        configuration.leftOverBytesStrategy = .forwardBytes
        return configuration
    }
}

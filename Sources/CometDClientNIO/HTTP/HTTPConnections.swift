import AsyncHTTPClient
import NIOCore
import NIOSSL

/// A pool of HTTP connections that some clients share; it ends with the last of them.
final class HTTPConnections: Sendable {
    let client: HTTPClient

    init(group: any EventLoopGroup, tls: TLSConfiguration, proxy: ClientNetwork.Proxy?) {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = tls
        configuration.redirectConfiguration = .disallow
        // A client decides itself when it tries again.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Each client holds one request for long: the pool must not make others wait for it.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1 << 20
        configuration.connectionPool.idleTimeout = .seconds(20)
        // A stream of a dead HTTP/2 connection can be given up, the connection itself cannot.
        configuration.httpVersion = .http1Only
        switch proxy?.kind {
        case nil: break
        case .http:
            let authorization = proxy?.credentials.map { Self.authorization($0) }
            configuration.proxy = proxy.map {
                .server(host: $0.host, port: $0.port, authorization: authorization ?? nil)
            }
        case .socks5: configuration.proxy = proxy.map { .socksServer(host: $0.host, port: $0.port) }
        }
        self.client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    deinit {
        // Idle connections are closed; the pool keeps itself alive until that is done.
        _ = self.client.shutdown()
    }

    private static func authorization(_ header: String) -> HTTPClient.Authorization? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "basic": return .basic(credentials: String(parts[1]))
        case "bearer": return .bearer(tokens: String(parts[1]))
        default: return nil
        }
    }
}

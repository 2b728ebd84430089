internal import AsyncHTTPClient
internal import Logging
public import NIOCore
internal import NIOPosix
public import NIOSSL

/// How clients reach their servers: event loops, TLS, a proxy, and the HTTP connections that they share.
///
/// ``shared`` does for most. Make one's own for other certificates or a proxy, and share it between clients: each has
/// its own pool of connections.
public final class ClientNetwork: Sendable {
    /// A server that connections are made through.
    public struct Proxy: Hashable, Sendable {
        enum Kind: Hashable {
            case http, socks5
        }

        let kind: Kind
        let host: String
        let port: Int
        let credentials: String?

        /// A proxy of HTTP, asked by `CONNECT` for WebSockets and for `https`.
        ///
        /// - Parameters:
        ///   - host: Its name or address.
        ///   - port: Its port.
        ///   - authorization: The value of the header `Proxy-Authorization`, such as `Basic dXNlcjpwYXNz`.
        /// - Returns: The proxy.
        public static func http(host: String, port: Int, authorization: String? = nil) -> Self {
            Self(kind: .http, host: host, port: port, credentials: authorization)
        }

        /// A proxy of SOCKS, version 5, without credentials.
        ///
        /// - Parameters:
        ///   - host: Its name or address.
        ///   - port: Its port, 1080 as a rule.
        /// - Returns: The proxy.
        public static func socks5(host: String, port: Int = 1080) -> Self {
            Self(kind: .socks5, host: host, port: port, credentials: nil)
        }
    }

    /// The network of clients that name no other: all event loops of the process, the system's certificates, no proxy.
    public static let shared = ClientNetwork()

    let group: any EventLoopGroup
    let tls: TLSConfiguration
    let proxy: Proxy?
    let http: HTTPClient

    /// Makes a network.
    ///
    /// - Parameters:
    ///   - group: The event loops, of NIOPosix. Default: those that the whole process shares.
    ///   - tls: Which certificates are trusted and shown, for `https`.
    ///   - proxy: What connections are made through. Default: nothing; the environment is not asked.
    public init(
        group: (any EventLoopGroup)? = nil,
        tls: TLSConfiguration = .makeClientConfiguration(),
        proxy: Proxy? = nil
    ) {
        self.group = group ?? MultiThreadedEventLoopGroup.singleton
        self.tls = tls
        self.proxy = proxy
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
        self.http = HTTPClient(eventLoopGroupProvider: .shared(self.group), configuration: configuration)
    }

    deinit {
        // Its idle connections are closed; clients that are at work hold the network.
        _ = self.http.shutdown()
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

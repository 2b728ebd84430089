public import NIOCore
internal import NIOPosix
public import NIOSSL
internal import Synchronization

/// How clients reach their servers: event loops, TLS, a proxy, and HTTP connections that are kept open.
///
/// ``shared`` does for most. Make one's own for other certificates or a proxy, and share it between clients.
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
        ///   - authorization: The value of the header `Proxy-Authorization`, of `Basic` or `Bearer`, such as
        ///     `Basic dXNlcjpwYXNz`.
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
    /// The connections that the next client shares, and how many do.
    private let newest = Mutex<(connections: HTTPConnections?, users: Int)>((nil, 0))

    private let context = Mutex<NIOSSLContext?>(nil)

    /// How many clients share connections: the pool looks for a free one among all of them.
    private static let mostUsers = 16

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
    }

    /// TLS for WebSockets, made once: reading the system's certificates takes long.
    ///
    /// - Throws: What is wrong with the configuration.
    func tlsContext() throws -> NIOSSLContext {
        try self.context.withLock { context in
            if let context { return context }
            let made = try NIOSSLContext(configuration: self.tls)
            context = made
            return made
        }
    }

    /// Connections of HTTP for one more client.
    func connections() -> HTTPConnections {
        self.newest.withLock { newest in
            if let connections = newest.connections, newest.users < Self.mostUsers {
                newest.users += 1
                return connections
            }
            let connections = HTTPConnections(group: self.group, tls: self.tls, proxy: self.proxy)
            newest = (connections, 1)
            return connections
        }
    }
}

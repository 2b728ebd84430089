public import NIOHTTP1

/// How a client's connections are made, and what its requests carry.
///
/// - SeeAlso: CometD 3.1 reference book, "Client transports"; REQUIREMENTS Q3.
public struct ConnectionOptions: Sendable {
    /// Headers of all requests, those that open WebSockets included.
    ///
    /// Default: none. They go to the server of the client's URL, and to hosts that its advice names; not to where other
    /// servers redirect.
    public var headers = HTTPHeaders()
    /// Cookies for the server, by their names; those that it sets are kept besides.
    ///
    /// Default: none.
    public var cookies: [String: String] = [:]
    /// Called before each request: it may put in a token, after renewing it for example.
    ///
    /// Default: none. What it throws makes the request fail with ``/CometDClient/ClientError/Code/authenticationFailed``; the
    /// time it takes counts as the network's.
    public var authenticate: (@Sendable (inout ClientRequest) async throws -> Void)?
    /// How long a WebSocket may take to be opened, each of TCP, a proxy, and TLS with the upgrade.
    ///
    /// Default 30 s, but the time for the whole handshake is shorter by default, as it is for requests of long-polling.
    public var connectTimeout = Duration.seconds(30)
    /// How long a WebSocket may be silent before it is closed.
    ///
    /// Default 60 s. After half of it a ping is sent, so that only dead ones are.
    public var idleTimeout = Duration.seconds(60)
    /// The subprotocol that is offered for WebSockets.
    ///
    /// Default: none.
    public var webSocketProtocol: String?

    /// Makes the defaults.
    public init() {}
}

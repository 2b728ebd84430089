public import Bayeux

/// How a client behaves.
///
/// - SeeAlso: CometD 3.1 reference book, "Client library"; REQUIREMENTS Q3.
public struct ClientOptions: Sendable {
    /// The transports that may be used, the best first.
    ///
    /// Default: WebSocket, then long-polling. `callback-polling` is for browsers and is left out.
    public var transports: [ConnectionType] = [.webSocket, .longPolling]
    /// How long to wait before what has failed is tried again.
    ///
    /// Default: 1 s longer each time, up to 30 s.
    public var backOff = BackOff.linear()
    /// Whether a WebSocket that has worked once is tried again when it breaks, instead of going on with long-polling.
    ///
    /// Default `true`. A session that is lost meanwhile begins anew with any transport that works.
    public var stickyReconnect = true
    /// Whether subscriptions are sent again after a new handshake, together with the first connect.
    ///
    /// Default `true`. With `false`, sequences and handlers end with ``ClientError/Code/sessionUnknown``, and the
    /// application subscribes anew, as in CometD.
    public var resubscribes = true
    /// How long a reply over HTTP may take beyond the time that the server is asked to hold the request.
    ///
    /// Default 10 s. Then the request counts as failed and its connection is closed.
    public var maxNetworkDelay = Duration.seconds(10)
    /// The same for a WebSocket.
    ///
    /// Default 15 s.
    public var webSocketMaxNetworkDelay = Duration.seconds(15)
    /// How large a text that is received may be, in bytes: the body of an HTTP answer, or the message of a WebSocket.
    ///
    /// Default 1 MiB; a larger one is not read to its end, and its connection fails. CometD's WebSocket takes no more
    /// than 8 KiB by default, which breaks on what its own servers may send.
    public var maxMessageSize = 1 << 20
    /// How much is sent in one frame or request, in bytes; a larger message goes alone.
    ///
    /// Default 32 KiB, half of what CometD's servers take by default.
    public var maxBatchSize = 32 << 10
    /// How many requests may wait for the connection.
    ///
    /// Default 1,024; the next ones fail with ``ClientError/Code/tooManyWaiting``.
    public var maxWaitingRequests = 1024
    /// How many bytes may wait for the connection.
    ///
    /// Default 16 MiB; what exceeds it fails with ``ClientError/Code/tooManyWaiting``.
    public var maxWaitingBytes = 16 << 20
    /// How deep arrays and objects of a received text may be nested.
    ///
    /// Default 64; a deeper one counts as malformed.
    public var maxDepth = 64
    /// How many messages one received text may hold.
    ///
    /// Default 65,536; one with more counts as malformed.
    public var maxMessages = 65_536
    /// Whether the kind of a request is appended to the URL of long-polling, as in `/cometd/connect`.
    ///
    /// Default `true`, as in CometD: it lets proxies and logs tell them apart.
    public var appendsMessageTypeToURL = true
    /// Whether hosts that the server names in its advice are tried when the session is lost.
    ///
    /// Default `true`.
    public var followsHosts = true
    /// What sees all messages on their way, in this order when they come and in the reverse when they leave.
    public var extensions: [any ClientExtension] = []

    /// Makes the defaults.
    public init() {}
}

public import Bayeux

/// How a server behaves, under CometD's names and with CometD's defaults.
///
/// Each transport has its own values; ``ServerOptions/init(reading:)`` fills them from names such as `timeout`,
/// `long-polling.timeout` or `long-polling.json.timeout`, of which the longest prefix wins.
///
/// - SeeAlso: CometD 3.1 reference book, "Server configuration".
public struct ServerOptions: Hashable, Sendable {
    /// `allowedTransports`: the transports that the server offers, in the order in which a client shall prefer them.
    ///
    /// Default: websocket, long-polling, callback-polling.
    public var allowedTransports: [ConnectionType] = [.webSocket, .longPolling, .callbackPolling]
    /// `allowedOrigins`: the origins whose pages may talk to the server, besides its own.
    ///
    /// Default none. Our own option.
    ///
    /// Each is written as `https://example.com`, `http://localhost:3000`, `https://*.example.com` for all hosts below a
    /// domain, or `*` for every origin; anything else allows nothing. A page of another origin is answered with 403. Clients
    /// that are no browsers, which send no `Origin` header, are always welcome.
    public var allowedOrigins: [String] = []
    /// `broadcastToPublisher`: whether a publisher that is also a subscriber gets its own message.
    ///
    /// Default `true`.
    public var broadcastToPublisher = true
    /// `validateMessageFields`: whether ids are checked for illegal characters.
    ///
    /// Default `true`.
    ///
    /// Channels are always checked; an id that is refused is answered with `405::message_id_invalid`.
    public var validateMessageFields = true
    /// `sweepPeriod`: how often channels that nobody uses are looked for.
    ///
    /// Default 997 ms.
    public var sweepPeriod: Duration = .milliseconds(997)
    /// `errorDialect`: the texts of the error replies.
    ///
    /// Default ``/Bayeux/ErrorDialect/cometd3``. Our own option.
    public var errorDialect = ErrorDialect.cometd3
    /// `maxDepth`: how deep arrays and objects of a received text may be nested.
    ///
    /// Default 64. Our own option.
    ///
    /// Beyond it HTTP answers 400 and a WebSocket is closed with 1007.
    public var maxDepth = 64
    /// `maxMessagesPerBatch`: how many messages one request or frame may hold.
    ///
    /// Default 4096. Our own option.
    ///
    /// Beyond it HTTP answers 413 and a WebSocket is closed with 1009.
    public var maxMessagesPerBatch = 4096
    /// `maxSessions`: how many sessions the server keeps.
    ///
    /// Default 1,000,000. Our own option.
    ///
    /// A handshake beyond it is answered with `403::handshake_failed` and the advice to try again in 10 s.
    public var maxSessions = 1_000_000
    /// `maxChannels`: how many channels the server keeps.
    ///
    /// Default 1,000,000. Our own option.
    ///
    /// A message that would make one more is answered with `403:too_many_channels:create denied`.
    public var maxChannels = 1_000_000
    /// `maxSubscriptionsPerSession`: how many channels one session may subscribe to.
    ///
    /// Default 100,000. Our own option.
    ///
    /// A subscription beyond it is answered with `403::subscribe_failed`.
    public var maxSubscriptionsPerSession = 100_000

    /// `maxPublishDepth`: how deep the publishing of listeners may be nested.
    ///
    /// Default 16. Our own option.
    ///
    /// What a listener publishes or delivers in answer to a message is one deeper than the message. Beyond it a message is dropped
    /// with an error in the log; the publish of a local session is answered with `403:published_too_deep:publish denied`.
    public var maxPublishDepth = 16
    /// `maxRemoteCalls`: how many functions that clients call may run at a time.
    ///
    /// Default 1024. Our own option.
    ///
    /// A call beyond it is answered with `successful` `false` and `too many calls`.
    public var maxRemoteCalls = 1024

    /// The options of `long-polling`.
    public var longPolling = HTTPTransportOptions()
    /// The options of `callback-polling`.
    public var callbackPolling = HTTPTransportOptions()
    /// The options of `websocket`, whose prefix is `ws`.
    public var webSocket = WebSocketTransportOptions()

    /// Makes the defaults.
    public init() {}
}

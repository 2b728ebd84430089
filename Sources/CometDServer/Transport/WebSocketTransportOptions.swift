/// The options of the WebSocket transport, whose prefix is `ws`.
///
/// - SeeAlso: CometD 3.1 reference book, "Transports configuration".
public struct WebSocketTransportOptions: Hashable, Sendable {
    /// The options that all transports have.
    public var common = TransportOptions()
    /// `ws.cometdURLMapping`: the paths at which WebSockets are accepted, besides the server's own.
    ///
    /// Default none.
    public var cometdURLMapping: [String] = []
    /// `ws.messagesPerFrame`: how many delivered messages one frame may hold.
    ///
    /// Default 1; `nil` (CometD's zero and negative values): all that wait.
    public var messagesPerFrame: Int? = 1
    /// `ws.bufferSize`: how many bytes are read at a time, at first.
    ///
    /// Default 512; it grows with what arrives.
    public var bufferSize = 512
    /// `ws.idleTimeout`: how long a WebSocket may be silent before it is closed.
    ///
    /// Default 300 s.
    ///
    /// Zero or negative: for ever, as long as its session lives.
    public var idleTimeout: Duration = .seconds(300)
    /// `ws.maxMessageSize`: how large a received message may be, in bytes.
    ///
    /// Default 64 KiB.
    ///
    /// A larger one closes the WebSocket with 1009.
    public var maxMessageSize = 64 << 10
    /// `ws.protocol`: the sub-protocol that is selected when a client offers it.
    ///
    /// Default none.
    public var subprotocol: String?
    /// `ws.requireHandshakePerConnection`: whether a new WebSocket must begin with a handshake of its own, instead of
    /// going on with a session that it names.
    ///
    /// Default `false`.
    public var requireHandshakePerConnection = false
    /// `ws.enableExtension.<name>`: whether a WebSocket extension may be negotiated.
    ///
    /// There is one, `permessage-deflate`. Default: it may.
    public var enableExtension: [String: Bool] = [:]

    /// Makes the defaults.
    public init() {}
}

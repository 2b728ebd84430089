/// How messages travel between a client and the server.
///
/// - SeeAlso: Bayeux specification, "connectionType".
public enum ConnectionType: String, CaseIterable, Hashable, Sendable {
    /// Both ways over one WebSocket.
    case webSocket = "websocket"
    /// HTTP POST, with one request that the server holds.
    case longPolling = "long-polling"
    /// HTTP GET by script elements (JSONP), with one request that the server holds.
    case callbackPolling = "callback-polling"
}

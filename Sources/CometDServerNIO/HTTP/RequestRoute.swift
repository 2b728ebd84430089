import NIOHTTP1

/// Who answers a request, told by its head.
enum RequestRoute {
    /// Not ours: whoever shares the port.
    case fallback
    /// The `long-polling` transport.
    case longPolling
    /// The `callback-polling` transport.
    case callbackPolling
    /// `OPTIONS`: answered with 200 and nothing else.
    case options
    /// The request opens a WebSocket.
    case webSocket
    /// Answered with an error when its body has been read.
    case refused(HTTPResponseStatus)
    /// Answered with an error at once; what follows on the connection is not looked at.
    case malformed(HTTPResponseStatus)
}

/// How a session of a load generator talks to its server.
package enum LoadTransport: String, Codable, CaseIterable, Sendable {
    /// One WebSocket for each session.
    case webSocket = "websocket"
    /// One connection for each session's connects, and a second one for what it publishes.
    case longPolling = "long-polling"

    /// Reads a name, or the number that the book's benchmark has for it.
    ///
    /// - Parameter text: `websocket` or `long-polling`; 0 for long-polling, 1 and 2 for the two WebSockets of Java.
    package init?(benchmarkName text: String) {
        switch text.lowercased() {
        case "0", "long-polling", "longpolling": self = .longPolling
        case "1", "2", "websocket", "ws": self = .webSocket
        default: return nil
        }
    }
}

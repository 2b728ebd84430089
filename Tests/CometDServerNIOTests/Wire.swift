import NIOSSL

/// A way for messages to travel between a client and a listener.
enum Wire: String, CaseIterable {
    case http1, http1TLS, http2TLS, webSocket, webSocketTLS

    static let http: [Wire] = [.http1, .http1TLS, .http2TLS]
    static let webSockets: [Wire] = [.webSocket, .webSocketTLS]

    var isSecure: Bool {
        switch self {
        case .http1, .webSocket: false
        case .http1TLS, .http2TLS, .webSocketTLS: true
        }
    }

    var isWebSocket: Bool { Self.webSockets.contains(self) }

    /// What the client's end is encrypted with.
    func clientTLS() throws -> NIOSSLContext? {
        self.isSecure ? try TLSTestFiles.client(offering: [self == .http2TLS ? "h2" : "http/1.1"]) : nil
    }
}

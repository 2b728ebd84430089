import Bayeux
import CometDServer
import NIOCore
import NIOHTTP1

/// What all connections of a listener share.
final class BayeuxEndpoint: Sendable {
    let server: BayeuxServer
    let options: ListenerOptions
    let fallback: any FallbackLane
    let encoder: AnswerEncoder
    let origins: CrossOriginPolicy
    private let path: MountPath
    /// Paths besides the server's own at which WebSockets are accepted.
    private let webSocketPaths: [MountPath]

    init(server: BayeuxServer, path: String, options: ListenerOptions, fallback: any FallbackLane) {
        self.server = server
        self.options = options
        self.fallback = fallback
        self.encoder = AnswerEncoder(server.options)
        self.origins = CrossOriginPolicy(server.options.allowedOrigins)
        self.path = MountPath(path)
        // CometD has servlet mappings here, whose wild card makes no difference.
        self.webSocketPaths = server.options.webSocket.cometdURLMapping.map { mapping in
            MountPath(mapping.hasSuffix("/*") ? String(mapping.dropLast(2)) : mapping)
        }
    }

    /// Tells from its head who answers a request.
    ///
    /// - Parameters:
    ///   - head: The head.
    ///   - headers: What was found in it.
    ///   - verdict: Where the page of the request came from.
    ///   - isSecure: Whether the connection is encrypted.
    /// - Returns: Who answers.
    func route(
        _ head: HTTPRequestHead,
        _ headers: RequestHeaders,
        _ verdict: CrossOriginPolicy.Verdict,
        isSecure: Bool
    ) -> RequestRoute {
        let opensWebSocket = head.method == .GET && headers.upgrade == .webSocket
        let isWebSocketPath = opensWebSocket && self.isWebSocketPath(head.uri)
        guard isWebSocketPath || self.path.contains(head.uri) else { return .fallback }
        // RFC 9112, section 3.2.
        guard headers.hostCount == 1 || (headers.hostCount == 0 && head.version < .http1_1) else {
            return .malformed(.badRequest)
        }
        if headers.expectation == .other { return .malformed(.expectationFailed) }
        guard self.admits(head, headers, verdict, isSecure: isSecure) else {
            let isDecidedNow = opensWebSocket || headers.expectation == .continue
            return isDecidedNow ? .malformed(.forbidden) : .refused(.forbidden)
        }
        if opensWebSocket {
            return isWebSocketPath && self.allows(.webSocket) ? .webSocket : .malformed(.badRequest)
        }
        switch head.method {
        case .POST where self.allows(.longPolling): return .longPolling
        case .GET where self.allows(.callbackPolling): return .callbackPolling
        case .OPTIONS: return .options
        case _ where headers.expectation == .continue: return .malformed(.badRequest)
        default: return .refused(.badRequest)
        }
    }

    /// How many bytes the body of a request may have that takes this route.
    func maxBodySize(_ route: RequestRoute) -> Int {
        switch route {
        case .longPolling, .options, .webSocket, .refused, .malformed: self.server.options.longPolling.maxMessageSize
        case .callbackPolling: self.server.options.callbackPolling.maxMessageSize
        case .fallback: .max
        }
    }

    /// Whether the page that sends the request may talk to the server.
    private func admits(
        _ head: HTTPRequestHead,
        _ headers: RequestHeaders,
        _ verdict: CrossOriginPolicy.Verdict,
        isSecure: Bool
    ) -> Bool {
        guard headers.origin == nil else { return verdict != .refused }
        return head.method != .GET || self.origins.admitsScript(head.headers, host: headers.host, isSecure: isSecure)
    }

    private func allows(_ type: ConnectionType) -> Bool {
        self.server.options.allowedTransports.contains(type)
    }

    private func isWebSocketPath(_ target: String) -> Bool {
        self.path.isExactly(target) || self.webSocketPaths.contains { $0.isExactly(target) }
    }
}

import NIOCore
import NIOHTTP1

/// A request on its way in: its head, what was told from it, and as much of its body as has arrived.
///
/// An object, since it passes through many hands before it is read. Confined to its connection's event loop.
final class IncomingRequest {
    let head: HTTPRequestHead
    let headers: RequestHeaders
    let route: RequestRoute
    /// How many bytes the body may have.
    let maxBodySize: Int
    /// Headers that the answer has for a page of another origin; mostly none.
    private let crossOriginHeaders: HTTPHeaders
    private(set) var body = ByteBuffer()
    private var bodySize = 0

    /// Looks at the head of a request.
    ///
    /// - Parameters:
    ///   - head: The head.
    ///   - endpoint: What the connections share.
    ///   - isSecure: Whether the connection is encrypted.
    init(_ head: HTTPRequestHead, at endpoint: BayeuxEndpoint, isSecure: Bool) {
        let headers = RequestHeaders(head.headers)
        let verdict = endpoint.origins.judge(headers, isSecure: isSecure)
        self.head = head
        self.headers = headers
        self.route = endpoint.route(head, headers, verdict, isSecure: isSecure)
        self.maxBodySize = endpoint.maxBodySize(self.route)
        self.crossOriginHeaders =
            if case .allowed(let origin) = verdict {
                CrossOriginPolicy.headers(for: origin, head)
            } else {
                HTTPHeaders()
            }
    }

    /// What the answer must look like.
    var answerForm: AnswerForm {
        AnswerForm(
            closes: !self.head.isKeepAlive,
            isHTTP10: self.head.version < .http1_1,
            isHead: self.head.method == .HEAD,
            crossOriginHeaders: self.crossOriginHeaders
        )
    }

    /// Whether the decoder takes what follows this request for another protocol and stops.
    var stopsDecoder: Bool {
        self.head.method == .CONNECT || (self.headers.upgrade != .none && self.headers.connectionUpgrades)
    }

    /// Takes a part of the body.
    ///
    /// - Returns: `false` when it has become too large.
    func append(_ bytes: ByteBuffer) -> Bool {
        self.bodySize += bytes.readableBytes
        guard self.bodySize <= self.maxBodySize else { return false }
        switch self.route {
        case .longPolling:
            // Most bodies arrive at one go: then this is a slice of what was received.
            if self.body.readableBytes == 0 { self.body = bytes } else { self.body.writeImmutableBuffer(bytes) }
        case .fallback, .callbackPolling, .options, .webSocket, .refused, .malformed:
            // Nobody looks at it.
            break
        }
        return true
    }
}

extension HTTPVersion {
    static func < (one: HTTPVersion, other: HTTPVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }
}

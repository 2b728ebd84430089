import CometDServer
import NIOHTTP1

/// Decides whether the page that a request came from may talk to the server.
///
/// A browser lets every page send requests anywhere and adds its cookies; what tells such pages from ours is the `Origin`
/// header. Clients that are no browsers send none and are welcome.
///
/// - SeeAlso: RFC 6455, section 10.2; the Fetch standard, "CORS protocol".
struct CrossOriginPolicy: Sendable {
    /// Where the page came from.
    enum Verdict: Hashable {
        /// From this server, or there is no page.
        case own
        /// From elsewhere, and it is allowed; what the browser said.
        case allowed(String)
        /// From elsewhere.
        case refused
    }

    /// How long a browser may remember that it may ask, in seconds.
    private static let preflightAge = 3600
    /// How many bytes of names of headers are repeated to a browser that asks whether it may send them.
    private static let mostHeaderNames = 1024

    private let allowed: [OriginPattern]

    /// Makes the policy of some options.
    ///
    /// - Parameter allowed: `allowedOrigins`; what is no origin stands for none.
    init(_ allowed: [String]) {
        self.allowed = allowed.compactMap { OriginPattern($0) }
    }

    /// Tells where the page of a request came from.
    ///
    /// - Parameters:
    ///   - headers: The request's.
    ///   - isSecure: Whether the connection is encrypted: then a page that came without encryption is not the server's own.
    /// - Returns: Where the page came from.
    @inline(__always)
    func judge(_ headers: RequestHeaders, isSecure: Bool) -> Verdict {
        guard let origin = headers.origin else { return .own }
        return self.judge(origin, host: headers.host, isSecure: isSecure)
    }

    /// Whether a request without `Origin` may be answered with a script, which any page can load.
    ///
    /// Browsers tell in `Sec-Fetch-Site` whose page it is; old ones do not, and nothing tells them from other clients.
    ///
    /// - SeeAlso: W3C, "Fetch Metadata Request Headers".
    func admitsScript(_ headers: HTTPHeaders, host: String?, isSecure: Bool) -> Bool {
        guard let site = headers.first(name: "Sec-Fetch-Site"), site == "cross-site" || site == "same-site" else {
            return true
        }
        let page = headers.first(name: "Referer").flatMap { WebOrigin(ofPage: $0) }
        return self.isOwn(page, host, isSecure: isSecure) || self.allowed.contains { $0.matches(page) }
    }

    /// The headers that let a page from elsewhere read the answer, or tell it what it may ask for.
    ///
    /// - Parameters:
    ///   - origin: The page's origin, which is allowed.
    ///   - head: The request.
    /// - Returns: The headers.
    static func headers(for origin: String, _ head: HTTPRequestHead) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Vary": "Origin",
        ]
        guard head.method == .OPTIONS, head.headers.contains(name: "Access-Control-Request-Method") else {
            return headers
        }
        headers.add(name: "Access-Control-Allow-Methods", value: "GET, POST, OPTIONS")
        headers.add(name: "Access-Control-Allow-Headers", value: self.headerNames(head.headers))
        headers.add(name: "Access-Control-Max-Age", value: String(self.preflightAge))
        return headers
    }

    @inline(never)
    private func judge(_ text: String, host: String?, isSecure: Bool) -> Verdict {
        // What browsers send for a page of ours, most often.
        if let host, text.hasSuffix(host) {
            switch text.utf8.count - host.utf8.count {
            case 7 where !isSecure && text.hasPrefix("http://"), 8 where text.hasPrefix("https://"): return .own
            default: break
            }
        }
        let origin = WebOrigin(text)
        if self.isOwn(origin, host, isSecure: isSecure) { return .own }
        guard origin != nil || text == "null", self.allowed.contains(where: { $0.matches(origin) }) else {
            return .refused
        }
        return .allowed(text)
    }

    private func isOwn(_ origin: WebOrigin?, _ host: String?, isSecure: Bool) -> Bool {
        guard let origin, let host, !isSecure || origin.scheme == "https" else { return false }
        return origin.isSame(asHost: host)
    }

    /// The headers that the page wants to send: whichever they are, none of them makes a difference here.
    private static func headerNames(_ headers: HTTPHeaders) -> String {
        let wanted = headers["Access-Control-Request-Headers"].flatMap(\.listElements)
        let names = wanted.joined(separator: ", ")
        let areNames = wanted.allSatisfy { name in
            !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
        }
        return areNames && !names.isEmpty && names.utf8.count <= self.mostHeaderNames ? names : "Content-Type"
    }
}

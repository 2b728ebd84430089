import AsyncHTTPClient
import NIOHTTP1

/// The cookies of a client; confined to its event loop.
///
/// Each belongs to the host that set it, whatever domain it names: that is all that a server's own sessions need. How
/// long they live is told by `Max-Age` only; others live as long as the client.
final class CookieStore {
    private struct Cookie {
        var value: String
        var path: String
        var isSecure: Bool
    }

    /// How many cookies a host may set; others are ignored.
    private static let mostCookies = 64
    /// How long a cookie may be, in bytes; longer ones are ignored.
    private static let longest = 4096

    private var cookies: [String: [String: Cookie]] = [:]

    init(_ cookies: [String: String], for address: ServerAddress) {
        guard !cookies.isEmpty else { return }
        self.cookies[address.host] = cookies.mapValues { Cookie(value: $0, path: "/", isSecure: false) }
    }

    /// Keeps what an answer sets.
    func keep(_ headers: HTTPHeaders, from address: ServerAddress) {
        for header in headers["set-cookie"] where header.utf8.count <= Self.longest {
            guard let cookie = HTTPClient.Cookie(header: header, defaultDomain: address.host),
                !cookie.secure || address.isSecure
            else { continue }
            var kept = self.cookies[address.host] ?? [:]
            if let maxAge = cookie.maxAge, maxAge <= 0 {
                kept[cookie.name] = nil
            } else if kept[cookie.name] != nil || kept.count < Self.mostCookies {
                kept[cookie.name] = Cookie(value: cookie.value, path: cookie.path, isSecure: cookie.secure)
            }
            self.cookies[address.host] = kept
        }
    }

    /// The header for a request; `nil` when there is none to send.
    func header(for address: ServerAddress) -> String? {
        let sent = (self.cookies[address.host] ?? [:]).filter { _, cookie in
            // The kind of the request may follow the path.
            let path = address.path.hasSuffix("/") ? address.path : address.path + "/"
            return (!cookie.isSecure || address.isSecure) && Self.covers(cookie.path, path)
        }
        guard !sent.isEmpty else { return nil }
        return sent.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.value)" }.joined(separator: "; ")
    }

    /// Whether a cookie's path has another path below it (RFC 6265, section 5.1.4).
    private static func covers(_ path: String, _ other: String) -> Bool {
        path == other || other.hasPrefix(path.hasSuffix("/") ? path : path + "/")
    }
}

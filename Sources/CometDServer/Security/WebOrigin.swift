/// Where a page came from, as browsers tell in the `Origin` header: scheme, host and port.
///
/// - SeeAlso: RFC 6454, section 7.
package struct WebOrigin: Hashable, Sendable {
    /// In lower case, such as `https`.
    package let scheme: String
    /// In lower case; an IPv6 address stands in brackets.
    package let host: String
    /// The scheme's own when none is written; `nil` when the scheme has none that is known.
    package let port: Int?

    /// Reads an origin such as `https://example.com` or `http://localhost:3000`.
    ///
    /// `nil` when it is none; so it is for `null`, by which a browser says that it does not tell.
    ///
    /// - Parameter text: The origin, without path.
    package init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon]
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//"), Self.isScheme(scheme),
            let (host, port) = Self.hostAndPort(rest.dropFirst(2))
        else { return nil }
        self.scheme = String(scheme)
        self.host = String(host)
        self.port = port ?? Self.defaultPorts[self.scheme]
    }

    /// The origin of a page's address; `nil` when it has none.
    ///
    /// - Parameter address: Such as `https://example.com/page?query`, as it stands in the `Referer` header.
    package init?(ofPage address: String) {
        guard let slashes = address.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let behindSlashes = address[slashes...].dropFirst(2)
        let end = behindSlashes.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? address.endIndex
        self.init(address[..<end])
    }

    /// Whether the `Host` header of a request names the same host and port; the scheme, which proxies change, is
    /// for the caller to judge.
    package func isSame(asHost header: String) -> Bool {
        guard let (host, port) = Self.hostAndPort(Substring(header.lowercased())) else { return false }
        return host == self.host && (port ?? Self.defaultPorts[self.scheme]) == self.port
    }

    private static let defaultPorts = ["http": 80, "https": 443, "ws": 80, "wss": 443]

    /// - SeeAlso: RFC 3986, section 3.1.
    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return text.utf8.allSatisfy { Self.isLetterOrDigit($0) || "+-.".utf8.contains($0) }
    }

    private static func hostAndPort(_ text: Substring) -> (host: Substring, port: Int?)? {
        var host = text
        var port: Int?
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            let digits = text[text.index(after: colon)...]
            guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(digits), (1...65535).contains(number)
            else { return nil }
            host = text[..<colon]
            port = number
        }
        return Self.isHost(host) ? (host, port) : nil
    }

    private static func isHost(_ text: Substring) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let address = text.dropFirst().dropLast()
            return !address.isEmpty && address.utf8.allSatisfy { Self.isLetterOrDigit($0) || ":.%".utf8.contains($0) }
        }
        return !text.isEmpty && text.utf8.allSatisfy { Self.isLetterOrDigit($0) || "-._".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte)
    }
}

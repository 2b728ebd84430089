import Foundation

/// Where the server lives that a load generator loads.
package struct LoadTarget: Codable, Hashable, Sendable {
    /// The name or address, that of IPv6 without brackets.
    package var host: String
    /// The port.
    package var port: Int
    /// The path at which the server lives.
    package var path: String
    /// Whether connections are encrypted.
    package var isSecure: Bool
    /// A PEM file with the roots of the server's certificate; without one any certificate is taken.
    ///
    /// Default `nil`: a benchmark has no secrets.
    package var trustRoots: String?

    package init(host: String, port: Int, path: String = "/cometd", isSecure: Bool = false, trustRoots: String? = nil) {
        self.host = host
        self.port = port
        self.path = path
        self.isSecure = isSecure
        self.trustRoots = trustRoots
    }

    /// Reads a URL; `nil` results for one that cannot be loaded.
    ///
    /// - Parameter url: Such as `http://127.0.0.1:8080/cometd`; the schemes are `http`, `https`, `ws` and `wss`.
    package init?(url: String) {
        guard let components = URLComponents(string: url), let host = components.host, !host.isEmpty,
            let scheme = components.scheme?.lowercased(), ["http", "https", "ws", "wss"].contains(scheme),
            components.user == nil, 1...65535 ~= components.port ?? 1
        else { return nil }
        self.isSecure = scheme == "https" || scheme == "wss"
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = components.port ?? (self.isSecure ? 443 : 80)
        self.path = components.percentEncodedPath.isEmpty ? "/" : components.percentEncodedPath
        self.trustRoots = nil
    }

    /// Host and port, as in a `Host` header.
    package var authority: String {
        (self.host.contains(":") ? "[\(self.host)]" : self.host) + ":\(self.port)"
    }

    /// The whole URL.
    package var url: String { "\(self.isSecure ? "https" : "http")://\(self.authority)\(self.path)" }

    /// Whether the server is on this machine, by its address.
    package var isLoopback: Bool { self.host == "localhost" || self.host.hasPrefix("127.") || self.host == "::1" }
}

import CometDClient
import Foundation

/// Where a server lives.
struct ServerAddress: Hashable, Sendable {
    var isSecure: Bool
    /// The name or address, that of IPv6 without brackets.
    var host: String
    var port: Int
    /// The path, with at least a slash.
    var path: String
    var query: String?

    /// Reads an absolute URL.
    ///
    /// - Throws: ``ClientError`` with `urlInvalid` when it is none, or has another scheme than `http`, `https`, `ws` or
    ///   `wss`, or names a user.
    init(_ url: String) throws(ClientError) {
        guard let components = URLComponents(string: url), let scheme = components.scheme?.lowercased(),
            let host = components.host, !host.isEmpty, components.user == nil,
            ["http", "https", "ws", "wss"].contains(scheme), 1...65535 ~= components.port ?? 1
        else { throw ClientError(.urlInvalid, "'\(url)'") }
        self.isSecure = scheme == "https" || scheme == "wss"
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = components.port ?? (self.isSecure ? 443 : 80)
        self.path = components.percentEncodedPath.isEmpty ? "/" : components.percentEncodedPath
        self.query = components.percentEncodedQuery
    }

    /// The same place on another host, from an advice.
    ///
    /// - Parameter name: `host` or `host:port`; one that is neither changes nothing.
    /// - Returns: The place.
    func on(_ name: String?) -> ServerAddress {
        guard let name, let other = try? ServerAddress("\(self.isSecure ? "https" : "http")://\(name)"),
            other.path == "/", other.query == nil
        else { return self }
        var address = self
        address.host = other.host
        address.port = other.port
        return address
    }

    /// Whether both are reached in the same way.
    func isSameOrigin(as other: ServerAddress) -> Bool {
        self.isSecure == other.isSecure && self.host == other.host && self.port == other.port
    }

    /// The value of the header `Host`.
    var authority: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? host : "\(host):\(self.port)"
    }

    /// The path and the query.
    ///
    /// - Parameter suffix: Appended to a path that no query follows.
    /// - Returns: The target of a request.
    func target(appending suffix: String = "") -> String {
        if let query = self.query { return "\(self.path)?\(query)" }
        guard !suffix.isEmpty else { return self.path }
        return (self.path.hasSuffix("/") ? self.path : self.path + "/") + suffix
    }

    /// The URL of HTTP.
    func url(appending suffix: String = "") -> String {
        "\(self.isSecure ? "https" : "http")://\(self.authority)\(self.target(appending: suffix))"
    }
}

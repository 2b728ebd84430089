import CometDServer
import Foundation

/// Where the server of a command lives, as far as the command itself wants to know.
struct ServerPlace: Hashable, Sendable {
    /// The URL as it was given.
    let url: String
    /// Whether connections are encrypted.
    let isSecure: Bool
    /// The name or address, that of IPv6 without brackets.
    let host: String
    /// The port, also when the URL names none.
    let port: Int

    /// Reads a URL.
    ///
    /// - Throws: ``CommandFailure`` for a URL that a client cannot use.
    init(_ url: String) throws(CommandFailure) {
        guard let components = URLComponents(string: url), let host = components.host, !host.isEmpty,
            let scheme = components.scheme?.lowercased(), ["http", "https", "ws", "wss"].contains(scheme),
            1...65535 ~= components.port ?? 1
        else {
            throw CommandFailure(
                .usage,
                "'\(url.shownOnOneLine)' is no http or https URL; one looks like http://127.0.0.1:8080/cometd"
            )
        }
        guard components.user == nil else {
            throw CommandFailure(.usage, "a URL with a user is not supported; use --header 'Authorization: …'")
        }
        self.url = url
        self.isSecure = scheme == "https" || scheme == "wss"
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = components.port ?? (self.isSecure ? 443 : 80)
    }

    /// Host and port, for people.
    var authority: String { Self.authority(self.host, self.port) }

    /// A host and a port, for people.
    static func authority(_ host: String, _ port: Int) -> String {
        (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }
}

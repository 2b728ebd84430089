import ArgumentParser
import CometDClientNIO
import Foundation

/// A proxy from a command line: `http://host:port` or `socks5://host:port`.
struct ProxyArgument: Hashable, Sendable {
    /// The proxy itself.
    let proxy: ClientNetwork.Proxy

    /// Reads a proxy.
    ///
    /// - Parameter text: The URL; one of HTTP may name a user and a password, `http://user:password@host:port`. Without
    ///   a port, it is 3128 for HTTP and 1080 for SOCKS.
    /// - Throws: `ValidationError` when it is no such URL.
    init(_ text: String) throws {
        guard let components = URLComponents(string: text), let host = components.host, !host.isEmpty,
            components.path.isEmpty || components.path == "/", components.query == nil,
            1...65535 ~= components.port ?? 1
        else { throw Self.malformed }
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        switch components.scheme?.lowercased() {
        case "http":
            let authorization = components.user.map { user in
                "Basic " + Data("\(user):\(components.password ?? "")".utf8).base64EncodedString()
            }
            self.proxy = .http(host: name, port: components.port ?? 3128, authorization: authorization)
        case "socks5":
            guard components.user == nil else { throw ValidationError("a SOCKS proxy takes no user") }
            self.proxy = .socks5(host: name, port: components.port ?? 1080)
        default:
            throw Self.malformed
        }
    }

    private static let malformed = ValidationError("a proxy is http://host:port or socks5://host:port")
}

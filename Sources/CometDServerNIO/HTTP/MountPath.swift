/// Where on a port the Bayeux server lives: requests to the path itself and to what lies below are its own.
///
/// Clients append the type of their message to the path, as in `/cometd/handshake`.
struct MountPath: Sendable {
    /// The path without a slash at its end; empty for the root.
    private let path: String

    init(_ path: String) {
        var path = path[...]
        while path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        self.path = path.isEmpty || path.utf8.first == UInt8(ascii: "/") ? String(path) : "/" + path
    }

    /// Whether a request's target is the path or lies below it.
    func contains(_ target: String) -> Bool {
        var target = Self.origin(of: target)
        return target.withUTF8 { target in
            let count = self.path.utf8.count
            guard target.count >= count, target[..<count].elementsEqual(self.path.utf8) else { return false }
            return target.count == count || target[count] == UInt8(ascii: "/") || target[count] == UInt8(ascii: "?")
        }
    }

    /// Whether a request's target is the path itself, with or without a slash at its end.
    func isExactly(_ target: String) -> Bool {
        var path = Self.origin(of: target).prefix { $0 != "?" }
        if path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        return path.utf8.elementsEqual(self.path.utf8)
    }

    /// The path and query of a target: of `http://example.com/cometd`, which proxies send, what follows the host.
    private static func origin(of target: String) -> String {
        guard target.utf8.first != UInt8(ascii: "/"), let colon = target.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return target
        }
        let scheme = target[..<colon]
        let rest = target[target.utf8.index(after: colon)...]
        guard scheme.isIgnoringCase("http") || scheme.isIgnoringCase("https"), rest.hasPrefix("//") else {
            return target
        }
        let host = rest.dropFirst(2)
        guard let end = host.utf8.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) else {
            return "/"
        }
        return host.utf8[end] == UInt8(ascii: "/") ? String(host[end...]) : "/" + host[end...]
    }
}

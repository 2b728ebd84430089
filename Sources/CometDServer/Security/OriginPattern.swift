/// Pages that may talk to the server although they came from elsewhere: one item of `allowedOrigins`.
package struct OriginPattern: Hashable, Sendable {
    private enum Value: Hashable {
        /// `*`
        case any
        case exactly(WebOrigin)
        /// `https://*.example.com`; of the host `example.com`.
        case below(WebOrigin)
    }

    private let value: Value

    /// Reads an item; `nil` when it is none.
    ///
    /// - Parameter text: An origin such as `https://example.com:8443`; one whose host begins with `*.`, which stands for
    ///   all hosts below that domain but not for the domain itself; or `*`, for every origin, also the unknown one `null`.
    package init?(_ text: String) {
        if text == "*" {
            self.value = .any
        } else if let wildcard = text.firstRange(of: "://*.") {
            let domain = text[..<wildcard.lowerBound] + "://" + text[wildcard.upperBound...]
            guard let origin = WebOrigin(domain) else { return nil }
            self.value = .below(origin)
        } else {
            guard let origin = WebOrigin(text) else { return nil }
            self.value = .exactly(origin)
        }
    }

    /// Whether it stands for an origin.
    ///
    /// - Parameter origin: The origin; `nil` for `null`.
    /// - Returns: Whether it does.
    package func matches(_ origin: WebOrigin?) -> Bool {
        switch self.value {
        case .any: true
        case .exactly(let one): origin == one
        case .below(let domain):
            origin.map { origin in
                origin.scheme == domain.scheme && origin.port == domain.port && origin.host.hasSuffix("." + domain.host)
            } ?? false
        }
    }
}

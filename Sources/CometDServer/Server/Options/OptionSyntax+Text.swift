extension OptionSyntax<String> {
    /// A text that must not be empty, such as one that goes into a header.
    ///
    /// - Parameters:
    ///   - placeholder: What stands for the value in help.
    ///   - legal: What is legal, as the words after "takes".
    ///   - isLegal: Whether a character may stand in it; all must be visible ASCII characters or spaces anyway.
    /// - Returns: The syntax.
    static func text(
        _ placeholder: String,
        legal: String,
        where isLegal: @escaping @Sendable (Unicode.Scalar) -> Bool
    ) -> Self {
        Self(placeholder: placeholder, legal: legal) { text in
            let isText = text.unicodeScalars.allSatisfy { (" "..."~").contains($0) && isLegal($0) }
            return isText && !text.isEmpty ? text : nil
        } text: { value in
            value
        }
    }

    /// A token of HTTP, such as a cookie's name.
    static var token: Self {
        .text("name", legal: "a name of letters, digits and !#$%&'*+-.^_`|~") { $0.isToken }
    }

    /// The name of a query's parameter.
    static var parameter: Self {
        .text("name", legal: "a name of letters, digits and -._~") { scalar in
            scalar.isLetterOrDigit || "-._~".unicodeScalars.contains(scalar)
        }
    }

    /// The value of a `Content-Type` header.
    static var mimeType: Self {
        .text("type", legal: "a content type such as text/javascript;charset=UTF-8") { _ in true }
    }
}

extension OptionSyntax<String?> {
    /// A text that may be empty, which means none.
    ///
    /// - Parameter syntax: How a text that is not empty is written.
    /// - Returns: The syntax.
    static func optional(_ syntax: OptionSyntax<String>) -> Self {
        Self(placeholder: syntax.placeholder, legal: "\(syntax.legal), or nothing") { text in
            text.isEmpty ? .some(nil) : syntax.value(text).map { .some($0) }
        } text: { value in
            value ?? ""
        }
    }

    /// An attribute of a cookie that is a text.
    static func cookieAttribute(_ placeholder: String, example: String) -> Self {
        .optional(.text(placeholder, legal: "a text without semicolons, such as \(example)") { $0 != ";" })
    }

    /// The `SameSite` attribute of a cookie.
    static var sameSite: Self {
        Self(placeholder: "policy", legal: "Strict, Lax, None or nothing") { text in
            text.isEmpty
                ? .some(nil)
                : ["Strict", "Lax", "None"].first { $0.lowercased() == text.lowercased() }.map { .some($0) }
        } text: { value in
            value ?? ""
        }
    }
}

extension OptionSyntax<[String]> {
    /// Paths with commas between them; CometD's servlet mappings such as `/cometd/*` stand for the path before.
    static var paths: Self {
        Self(placeholder: "paths", legal: "absolute paths with commas between them") { text in
            var paths: [String] = []
            for item in text.commaSeparated {
                guard let path = item.servedPath else { return nil }
                paths.append(path)
            }
            return paths
        } text: { value in
            value.joined(separator: ",")
        }
    }
}

extension OptionSyntax<[String]> {
    /// Origins of web pages with commas between them.
    static var origins: Self {
        Self(
            placeholder: "origins",
            legal: "* or origins such as https://example.com or https://*.example.com, with commas between them"
        ) { text in
            let items = text.commaSeparated
            return items.allSatisfy { OriginPattern($0) != nil } ? items : nil
        } text: { value in
            value.joined(separator: ",")
        }
    }
}

extension OptionSyntax<String> {
    /// The absolute path of a URL, without the slash at its end and without query.
    package static var path: Self {
        Self(placeholder: "path", legal: "an absolute path such as /cometd, without query or spaces") { text in
            text.servedPath
        } text: { value in
            value
        }
    }
}

extension String {
    /// The items between commas, without white space around them and without the empty ones.
    package var commaSeparated: [String] {
        self.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
    }

    /// The path that a server listens at: absolute, no slash or `/*` at its end, only characters of a path.
    fileprivate var servedPath: String? {
        var path = self[...]
        if path.hasSuffix("/*") { path = path.dropLast(2) }
        while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        if path.isEmpty, self.hasPrefix("/") { path = "/" }
        let isPath = path.unicodeScalars.allSatisfy { scalar in
            scalar.isLetterOrDigit || "/-._~!$&'()+,;=:@%".unicodeScalars.contains(scalar)
        }
        return isPath && path.hasPrefix("/") && !path.contains("//") ? String(path) : nil
    }
}

extension StringProtocol {
    /// The text without white space around it.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether it is an ASCII letter or digit.
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }

    /// Whether it may stand in a token.
    ///
    /// - SeeAlso: RFC 9110, section 5.6.2.
    fileprivate var isToken: Bool { self.isLetterOrDigit || "!#$%&'*+-.^_`|~".unicodeScalars.contains(self) }
}

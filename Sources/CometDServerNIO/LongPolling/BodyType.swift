/// What a `Content-Type` header says about a body.
struct BodyType: Hashable {
    /// Whether the messages are parameters of a form; otherwise the body is JSON, whatever its type is called.
    var isForm: Bool
    var charset: Charset

    /// The type of a body; `nil` when the charset is not read here.
    ///
    /// - Parameter header: The header's value; `nil` stands for JSON in UTF-8.
    init?(_ header: String?) {
        self.isForm = false
        self.charset = .utf8
        guard let header else { return }
        var parts = header.split(separator: ";").map(\.trimmingBlanks)[...]
        if let type = parts.popFirst() { self.isForm = type.isIgnoringCase("application/x-www-form-urlencoded") }
        for parameter in parts {
            guard let equals = parameter.utf8.firstIndex(of: UInt8(ascii: "=")),
                parameter[..<equals].trimmingBlanks.isIgnoringCase("charset")
            else { continue }
            var name = parameter[parameter.utf8.index(after: equals)...].trimmingBlanks
            if name.count > 1, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
            guard let charset = Charset(name) else { return nil }
            self.charset = charset
        }
    }
}

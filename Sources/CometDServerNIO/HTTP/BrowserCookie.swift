/// Finds the cookie that tells one browser from another.
enum BrowserCookie {
    /// The value of the first cookie of a name.
    ///
    /// - Parameters:
    ///   - name: The cookie's name; its case matters.
    ///   - header: The value of the `Cookie` header, such as `a=1; b=2`.
    /// - Returns: The value; `nil` when there is no such cookie.
    static func value(of name: String, in header: String) -> String? {
        for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
            let pair = Substring(pair).trimmingBlanks.utf8
            guard pair.starts(with: name.utf8) else { continue }
            let rest = pair.dropFirst(name.utf8.count)
            if rest.first == UInt8(ascii: "=") { return String(Substring(rest.dropFirst())) }
        }
        return nil
    }
}

// What can be read from the parts of a request.
extension BayeuxContext {
    /// The cookies that the client sent, by their names; their case matters.
    ///
    /// Of two with one name the first counts. Read anew at every call.
    ///
    /// - SeeAlso: RFC 6265, section 4.2.
    public var cookies: [String: String] {
        var cookies: [String: String] = [:]
        for header in self.headers("Cookie") {
            for pair in header.split(separator: ";") {
                guard let equals = pair.firstIndex(of: "=") else { continue }
                let name = String(pair[..<equals]).trimmed
                guard !name.isEmpty, cookies[name] == nil else { continue }
                cookies[name] = String(pair[pair.index(after: equals)...]).trimmed
            }
        }
        return cookies
    }

    /// The value of a cookie.
    ///
    /// - Parameter name: The cookie's name; its case matters.
    /// - Returns: The value as it was sent; `nil` when the client sent no such cookie.
    public func cookie(_ name: String) -> String? { self.cookies[name] }

    /// The parameters of the query, decoded, by their names; the values in their order.
    ///
    /// `%` that no two hexadecimal digits follow stands for itself, `+` for a blank; what is not UTF-8 is replaced by
    /// U+FFFD. Read anew at every call.
    public var queryParameters: [String: [String]] {
        guard let mark = self.uri.utf8.firstIndex(of: UInt8(ascii: "?")) else { return [:] }
        var parameters: [String: [String]] = [:]
        let query = self.uri.utf8[mark...].dropFirst().prefix { $0 != UInt8(ascii: "#") }
        for parameter in query.split(separator: UInt8(ascii: "&")) {
            let end = parameter.firstIndex(of: UInt8(ascii: "=")) ?? parameter.endIndex
            let name = String(formEncoded: parameter[..<end])
            parameters[name, default: []].append(String(formEncoded: parameter[end...].dropFirst()))
        }
        return parameters
    }

    /// The first value of a parameter of the query.
    ///
    /// - Parameter name: The parameter's name; its case matters.
    /// - Returns: The value, decoded; `nil` when there is no such parameter.
    public func parameter(_ name: String) -> String? { self.queryParameters[name]?.first }
}

extension String {
    /// Decodes a name or a value of a form or a query.
    fileprivate init(formEncoded bytes: Substring.UTF8View) {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
                if digits.count == 2 {
                    decoded.append(UInt8(digits[0] << 4 | digits[1]))
                    rest = rest.dropFirst(2)
                } else {
                    decoded.append(byte)
                }
            default:
                decoded.append(byte)
            }
        }
        self.init(decoding: decoded, as: UTF8.self)
    }
}

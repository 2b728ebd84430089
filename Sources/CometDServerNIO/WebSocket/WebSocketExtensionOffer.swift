/// An extension that a client offers when it asks for a WebSocket, such as `permessage-deflate; server_max_window_bits=10`.
///
/// - SeeAlso: RFC 6455, section 9.1.
struct WebSocketExtensionOffer: Hashable {
    /// What the client says of the extension.
    struct Parameter: Hashable {
        var name: String
        /// Without the quotation marks that may be around it; `nil` when the parameter has none.
        var value: String?
    }

    var name: String
    /// In the client's order; the same name may come twice.
    var parameters: [Parameter]

    /// Reads a list of offers.
    ///
    /// - Parameter header: The values of all `Sec-WebSocket-Extensions` headers, with commas between them.
    /// - Returns: The offers, what the client likes best first; `nil` when the list is malformed.
    static func list(_ header: String) -> [WebSocketExtensionOffer]? {
        var text = Text(rest: header.utf8[...])
        var offers: [WebSocketExtensionOffer] = []
        repeat {
            // An element may be empty.
            guard let name = text.takeToken() else { continue }
            var offer = WebSocketExtensionOffer(name: name, parameters: [])
            while text.take(";") {
                guard let parameter = text.takeParameter() else { return nil }
                offer.parameters.append(parameter)
            }
            offers.append(offer)
        } while text.take(",")
        return text.isAtEnd ? offers : nil
    }
}

extension WebSocketExtensionOffer {
    /// What has not been read of a header.
    private struct Text {
        var rest: Substring.UTF8View

        var isAtEnd: Bool { self.rest.isEmpty }

        /// Takes a sign with the blanks around it, if it comes next.
        mutating func take(_ sign: Unicode.Scalar) -> Bool {
            self.skipBlanks()
            guard self.rest.first == UInt8(ascii: sign) else { return false }
            self.rest.removeFirst()
            self.skipBlanks()
            return true
        }

        mutating func takeToken() -> String? {
            self.skipBlanks()
            let token = self.rest.prefix(while: Self.isTokenByte)
            self.rest = self.rest[token.endIndex...]
            self.skipBlanks()
            return token.isEmpty ? nil : String(Substring(token))
        }

        mutating func takeParameter() -> Parameter? {
            guard let name = self.takeToken() else { return nil }
            guard self.take("=") else { return Parameter(name: name) }
            let isQuoted = self.rest.first == UInt8(ascii: "\"")
            guard let value = isQuoted ? self.takeQuotedToken() : self.takeToken() else { return nil }
            return Parameter(name: name, value: value)
        }

        /// What stands between quotation marks must be a token, too, when the backslashes have been removed.
        private mutating func takeQuotedToken() -> String? {
            var value = ""
            self.rest.removeFirst()
            while var byte = self.rest.popFirst() {
                if byte == UInt8(ascii: "\"") {
                    self.skipBlanks()
                    return value.isEmpty ? nil : value
                }
                if byte == UInt8(ascii: "\\") {
                    guard let escaped = self.rest.popFirst() else { return nil }
                    byte = escaped
                }
                guard Self.isTokenByte(byte) else { return nil }
                value.unicodeScalars.append(Unicode.Scalar(byte))
            }
            return nil
        }

        private mutating func skipBlanks() {
            self.rest = self.rest.drop { $0 == 0x20 || $0 == 0x09 }
        }

        /// - SeeAlso: RFC 9110, section 5.6.2.
        private static func isTokenByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default:
                "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
    }
}

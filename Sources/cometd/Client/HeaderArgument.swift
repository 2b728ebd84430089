import ArgumentParser

/// A header of HTTP from a command line: `Name: value`.
struct HeaderArgument: Hashable, Sendable {
    /// The name, in the case that it was given in.
    let name: String
    /// The value, without white space around it; it may be empty.
    let value: String

    /// Reads a header.
    ///
    /// - Parameter text: The name, a colon, and the value.
    /// - Throws: `ValidationError` when the name is none that HTTP allows, or the value has control characters.
    init(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = parts.first, Self.isToken(name) else {
            throw ValidationError("a header has the form 'Name: value'")
        }
        let value = parts[1].drop { $0 == " " || $0 == "\t" }
        guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" }) else {
            throw ValidationError("the value of a header has no line breaks or other control characters")
        }
        self.name = String(name)
        self.value = String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// Whether a text is a token.
    ///
    /// - SeeAlso: RFC 9110, 5.6.2.
    private static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}

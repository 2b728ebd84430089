import CometDServer

/// The name of a new project, which is also that of its target.
struct ProjectName: Hashable {
    let text: String

    /// How many characters it may have.
    static let maxLength = 64

    /// What modules of the project's dependencies begin with, in small letters.
    private static let takenPrefixes = ["cometd", "bayeux", "hummingbird", "nio", "swift"]
    private static let keywords: Set<String> = [
        "actor", "as", "any", "associatedtype", "async", "await", "break", "case", "catch", "class", "continue",
        "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
        "foundation", "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "main", "nil",
        "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "self",
        "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var",
        "where", "while",
    ]

    /// Takes a name.
    ///
    /// - Parameter text: The name.
    /// - Throws: ``CommandFailure`` when no target can be called so.
    init(_ text: String) throws(CommandFailure) {
        let isWord = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isWord, text.utf8.count <= Self.maxLength, text.first?.isLetter == true else {
            throw CommandFailure(
                .usage,
                "'\(text.shownOnOneLine)' is no name for a project: it takes a letter, then up to \(Self.maxLength - 1) "
                    + "letters, digits, '-' and '_'"
            )
        }
        let name = text.lowercased()
        guard !Self.keywords.contains(name), !Self.takenPrefixes.contains(where: { name.hasPrefix($0) }) else {
            throw CommandFailure(.usage, "'\(text)' is no name for a project: it has another meaning in Swift programs")
        }
        self.text = text
    }
}

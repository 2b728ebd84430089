/// The rules for channel names, for texts in the source.
///
/// They are those of `ChannelID`, which the plugin cannot import: it is built for the machine that compiles, and the
/// vocabulary with all of SwiftNIO would have to be built for it too. A test compares the two.
package enum ChannelRules {
    /// What is wrong with a name.
    package enum Violation: Equatable {
        case relative
        case empty
        case tooLong
        case tooManySegments
        case emptySegment
        case illegalCharacter(Character)
        case wildcardBeforeEnd
        case brace
        case wildcardAndVariable
        case repeatedVariable(String)

        /// What is wrong, as it follows the name.
        var text: String {
            switch self {
            case .relative: "must start with '/'"
            case .empty: "names nothing"
            case .tooLong: "is longer than \(ChannelRules.maxLength) bytes"
            case .tooManySegments: "has more than \(ChannelRules.maxSegments) segments"
            case .emptySegment: "has an empty segment"
            case .illegalCharacter(let character): "has the illegal character '\(character)'"
            case .wildcardBeforeEnd: "has a wildcard that is not its last segment"
            case .brace: "has braces that do not enclose a whole segment"
            case .wildcardAndVariable: "has both a wildcard and a variable"
            case .repeatedVariable(let name): "has the variable '\(name)' twice"
            }
        }
    }

    private static let maxLength = 1024
    private static let maxSegments = 32
    private static let legalSymbols = Set(" !#$()*+-./@_{}~".unicodeScalars)

    /// The first rule that a name breaks; `nil` when it is legal.
    package static func violation(in name: String) -> Violation? {
        guard !name.isEmpty, name != "/" else { return .empty }
        guard name.hasPrefix("/") else { return .relative }
        let name = name.hasSuffix("/") ? name.dropLast() : name[...]
        guard name.utf8.count >= 2 else { return .emptySegment }
        guard name.utf8.count <= self.maxLength else { return .tooLong }
        if let character = name.first(where: { !self.isLegal($0) }) { return .illegalCharacter(character) }
        let segments = self.segments(of: name)
        guard segments.count <= self.maxSegments else { return .tooManySegments }
        guard !segments.contains(where: \.isEmpty) else { return .emptySegment }
        guard !segments.dropLast().contains(where: self.isWildcard) else { return .wildcardBeforeEnd }
        var variables: Set<String> = []
        for segment in segments where segment.contains(where: { $0 == "{" || $0 == "}" }) {
            guard let variable = self.variable(segment) else { return .brace }
            guard variables.insert(variable).inserted else { return .repeatedVariable(variable) }
        }
        if !variables.isEmpty, let last = segments.last, self.isWildcard(last) { return .wildcardAndVariable }
        return nil
    }

    /// The names of a template's variables, in their order.
    static func variables(of name: String) -> [String] {
        self.segments(of: name[...]).compactMap(self.variable)
    }

    /// The name with its variables made alike: two that are equal then match the same channels.
    static func shape(of name: String) -> String {
        let name = name.hasSuffix("/") ? name.dropLast() : name[...]
        return self.segments(of: name).map { self.variable($0) == nil ? String($0) : "{}" }.joined(separator: "/")
    }

    private static func segments(of name: Substring) -> [Substring] {
        name.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func isLegal(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": true
            default: self.legalSymbols.contains(scalar)
            }
        }
    }

    private static func isWildcard(_ segment: Substring) -> Bool { segment == "*" || segment == "**" }

    private static func variable(_ segment: Substring) -> String? {
        guard segment.first == "{", segment.last == "}" else { return nil }
        let name = segment.dropFirst().dropLast()
        return name.isEmpty || name.contains("{") || name.contains("}") ? nil : String(name)
    }
}

public import Bayeux

/// Replaces what regular expressions match in the strings of a payload, or refuses payloads in which they match.
///
/// ```swift
/// let filter = try RegexFilter([
///     RegexFilter.Rule(#"(?i)\bdarn\b"#, replacement: "****"),
///     RegexFilter.Rule(#"\d{16}"#),
/// ])
/// ```
///
/// The rules apply one after the other to what the ones before have left.
///
/// **Time is bounded**, whatever the pattern and whatever clients send: a search takes time proportional to the text
/// times the pattern, and ``maxSteps`` limits what one payload may take. Understood are characters, `.` (all but a line
/// feed), classes such as `[^a-z\d_]`, `\d` `\w` `\s` and their opposites (ASCII), `\t` `\n` `\r` `\f` `\u{1F600}`,
/// groups, `|`, `*` `+` `?` `{2,5}` (with `?` behind them: as few as possible), `^` and `$` (begin and end of the text),
/// `\b` `\B`, and `(?i)` at the beginning: ASCII letters in any case. References to groups and looking around are not.
///
/// - SeeAlso: CometD 3.1, `RegexFilter`; REQUIREMENTS X7.
public struct RegexFilter: DataFilter {
    /// What to do where a pattern matches.
    public struct Rule: Hashable, Sendable {
        /// The regular expression.
        public var pattern: String
        /// What stands in the place of each match, as it is; `nil` refuses the payload.
        public var replacement: String?

        /// Makes a rule.
        ///
        /// - Parameters:
        ///   - pattern: The regular expression.
        ///   - replacement: What stands in the place of each match; `nil` refuses the payload.
        public init(_ pattern: String, replacement: String? = nil) {
            self.pattern = pattern
            self.replacement = replacement
        }
    }

    /// How many steps of matching one payload may take; one that takes more is refused.
    ///
    /// A step is one character tried at one place of a pattern. Default 10,000,000, about two tenths of a second.
    public let maxSteps: Int
    private let rules: [(pattern: TextPattern, replacement: [Unicode.Scalar]?)]

    /// Makes a filter.
    ///
    /// - Parameters:
    ///   - rules: What to look for, and what to do with it.
    ///   - maxSteps: How many steps of matching one payload may take.
    /// - Throws: ``RegexFilterError`` for a pattern that is malformed or not understood.
    public init(_ rules: [Rule], maxSteps: Int = 10_000_000) throws(RegexFilterError) {
        var compiled: [(pattern: TextPattern, replacement: [Unicode.Scalar]?)] = []
        for rule in rules {
            compiled.append((try TextPattern(rule.pattern), rule.replacement.map { Array($0.unicodeScalars) }))
        }
        self.rules = compiled
        self.maxSteps = maxSteps
    }

    /// Applies the rules to all strings of a payload.
    public func filter(_ data: JSONValue, from session: ServerSession?, channel: ChannelID) throws -> JSONValue {
        var steps = self.maxSteps
        return try self.filter(data, steps: &steps)
    }

    private func filter(_ value: JSONValue, steps: inout Int) throws(DataRefusal) -> JSONValue {
        switch value {
        case .null, .bool, .number:
            return value
        case .string(let string):
            return .string(try self.filter(string, steps: &steps))
        case .array(let elements):
            var filtered: [JSONValue] = []
            for element in elements { filtered.append(try self.filter(element, steps: &steps)) }
            return .array(filtered)
        case .object(var object):
            for member in object { object[member.key] = try self.filter(member.value, steps: &steps) }
            return .object(object)
        }
    }

    private func filter(_ string: String, steps: inout Int) throws(DataRefusal) -> String {
        var text = Array(string.unicodeScalars)
        var isChanged = false
        for (pattern, replacement) in self.rules {
            var search = TextPattern.Search(pattern, in: text, steps: steps)
            let matches = try search.matches(atMost: replacement == nil ? 1 : .max)
            steps = search.steps
            guard !matches.isEmpty else { continue }
            guard let replacement else { throw DataRefusal("a pattern matches that is not allowed") }
            text = Self.replace(matches, in: text, with: replacement)
            isChanged = true
            // What rules make of a text is bounded too: it is searched by the next ones.
            steps -= text.count
            guard steps > 0 else { throw DataRefusal("maxSteps is exceeded") }
        }
        guard isChanged else { return string }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text)
        return String(result)
    }

    private static func replace(
        _ matches: [Range<Int>],
        in text: [Unicode.Scalar],
        with replacement: [Unicode.Scalar]
    ) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var end = 0
        for match in matches {
            result += text[end..<match.lowerBound]
            result += replacement
            end = match.upperBound
        }
        return result + text[end...]
    }
}

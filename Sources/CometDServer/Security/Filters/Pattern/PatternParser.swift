/// Reads a regular expression; ``RegexFilter`` states the grammar.
struct PatternParser {
    /// How deep groups may be nested.
    private static let maxDepth = 64

    private let source: String
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0
    private var ignoresCase = false

    init(_ source: String) {
        self.source = source
        self.scalars = Array(source.unicodeScalars)
    }

    mutating func parse() throws(RegexFilterError) -> PatternNode {
        if self.scalars.starts(with: "(?i)".unicodeScalars) {
            self.ignoresCase = true
            self.index = 4
        }
        let node = try self.choice()
        // Only a closing parenthesis ends a choice early.
        guard self.index == self.scalars.count else { throw self.fault(.malformed) }
        return node
    }

    private var next: Unicode.Scalar? { self.index < self.scalars.count ? self.scalars[self.index] : nil }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard self.next == scalar else { return false }
        self.index += 1
        return true
    }

    private func fault(_ code: RegexFilterError.Code, at index: Int? = nil) -> RegexFilterError {
        RegexFilterError(code, in: self.source, offset: index ?? self.index)
    }
}

// MARK: - Structure

extension PatternParser {
    private mutating func choice() throws(RegexFilterError) -> PatternNode {
        self.depth += 1
        defer { self.depth -= 1 }
        guard self.depth <= Self.maxDepth else { throw self.fault(.tooLarge) }
        var options = [try self.sequence()]
        while self.skip("|") { options.append(try self.sequence()) }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func sequence() throws(RegexFilterError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let next = self.next, next != "|", next != ")" {
            let node = try self.item()
            nodes.append(try self.repetition(of: node))
        }
        return .sequence(nodes)
    }

    private mutating func repetition(of node: PatternNode) throws(RegexFilterError) -> PatternNode {
        let start = self.index
        let count: ClosedRange<Int>
        switch self.next {
        case "*": count = 0...Int.max
        case "+": count = 1...Int.max
        case "?": count = 0...1
        case "{":
            self.index += 1
            count = try self.bounds()
        default: return node
        }
        if case .assertion = node { throw self.fault(.malformed, at: start) }
        self.index += 1
        let isLazy = self.skip("?")
        // A "+" behind it would mean: never give back.
        if self.next == "+" { throw self.fault(.unsupported) }
        if let next = self.next, next == "*" || next == "?" || next == "{" { throw self.fault(.malformed) }
        return .repetition(node, count, isLazy: isLazy)
    }

    /// Reads `2}`, `2,}` or `2,5}` up to the brace.
    private mutating func bounds() throws(RegexFilterError) -> ClosedRange<Int> {
        let start = self.index
        guard let lower = self.number() else { throw self.fault(.malformed) }
        var upper = lower
        if self.skip(",") { upper = self.next == "}" ? Int.max : self.number() ?? -1 }
        guard self.next == "}", lower <= upper else { throw self.fault(.malformed) }
        guard upper == .max || upper <= TextPattern.maxInstructions, lower <= TextPattern.maxInstructions else {
            throw self.fault(.tooLarge, at: start)
        }
        return lower...upper
    }

    /// Reads digits; more than a pattern may have of anything is as good as any number.
    private mutating func number() -> Int? {
        var result: Int?
        while let digit = self.next?.value, 0x30...0x39 ~= digit {
            result = min((result ?? 0) * 10 + Int(digit - 0x30), TextPattern.maxInstructions + 1)
            self.index += 1
        }
        return result
    }

    private mutating func item() throws(RegexFilterError) -> PatternNode {
        let start = self.index
        guard let scalar = self.next else { throw self.fault(.malformed) }
        self.index += 1
        switch scalar {
        case "(": return try self.group()
        case "[": return .set(try self.set())
        case ".": return .set(.anyButLineFeed)
        case "^": return .assertion(.textBegin)
        case "$": return .assertion(.textEnd)
        case "\\":
            if self.skip("b") { return .assertion(.wordBoundary) }
            if self.skip("B") { return .assertion(.noWordBoundary) }
            return .set(self.withCase(try self.escape()))
        case "*", "+", "?", "{", "}", "]": throw self.fault(.malformed, at: start)
        default: return .set(self.withCase(ScalarSet(scalar)))
        }
    }

    /// Reads a group behind its opening parenthesis.
    private mutating func group() throws(RegexFilterError) -> PatternNode {
        if self.skip("?") {
            guard self.skip(":") else { throw self.fault(.unsupported) }
        }
        let node = try self.choice()
        guard self.skip(")") else { throw self.fault(.malformed) }
        return node
    }
}

// MARK: - Characters

extension PatternParser {
    private func withCase(_ set: ScalarSet) -> ScalarSet { self.ignoresCase ? set.inBothCases : set }

    /// Reads a class behind its opening bracket.
    private mutating func set() throws(RegexFilterError) -> ScalarSet {
        let isInverted = self.skip("^")
        var set = ScalarSet([])
        repeat {
            let lower = try self.setMember()
            let start = self.index
            if self.next == "-", self.index + 1 < self.scalars.count, self.scalars[self.index + 1] != "]" {
                self.index += 1
                let upper = try self.setMember()
                guard let first = lower.single, let last = upper.single, first <= last else {
                    throw self.fault(.malformed, at: start)
                }
                set.ranges.append(first...last)
            } else {
                set.ranges += lower.isInverted ? lower.invertedRanges : lower.ranges
            }
        } while !self.skip("]")
        set = self.withCase(set)
        set.isInverted = isInverted
        return set
    }

    private mutating func setMember() throws(RegexFilterError) -> ScalarSet {
        guard let scalar = self.next, scalar != "]" else { throw self.fault(.malformed) }
        // Where other dialects have classes within classes, or operators on them.
        if scalar == "[" { throw self.fault(.unsupported) }
        self.index += 1
        return scalar == "\\" ? try self.escape() : ScalarSet(scalar)
    }

    /// Reads an escape behind its backslash.
    private mutating func escape() throws(RegexFilterError) -> ScalarSet {
        guard let scalar = self.next else { throw self.fault(.malformed) }
        self.index += 1
        switch scalar {
        case "d": return .digits
        case "D": return ScalarSet(ScalarSet.digits.ranges, isInverted: true)
        case "w": return .wordCharacters
        case "W": return ScalarSet(ScalarSet.wordCharacters.ranges, isInverted: true)
        case "s": return .space
        case "S": return ScalarSet(ScalarSet.space.ranges, isInverted: true)
        case "t": return ScalarSet("\t")
        case "n": return ScalarSet("\n")
        case "r": return ScalarSet("\r")
        case "f": return ScalarSet("\u{c}")
        case "u": return try self.codePoint()
        default:
            // Letters and digits have meanings elsewhere; all else stands for itself.
            guard !ScalarSet.wordCharacters.contains(scalar) else { throw self.fault(.unsupported, at: self.index - 1) }
            return ScalarSet(scalar)
        }
    }

    /// Reads `{1F600}` or four hexadecimal digits.
    private mutating func codePoint() throws(RegexFilterError) -> ScalarSet {
        let start = self.index
        let isBraced = self.skip("{")
        var value: UInt32 = 0
        var count = 0
        while count < (isBraced ? 6 : 4), let digit = self.next.flatMap({ Character($0).hexDigitValue }) {
            value = value << 4 | UInt32(digit)
            count += 1
            self.index += 1
        }
        guard isBraced ? count > 0 && self.skip("}") : count == 4, let scalar = Unicode.Scalar(value) else {
            throw self.fault(.malformed, at: start)
        }
        return ScalarSet(scalar)
    }
}

extension ScalarSet {
    /// The only scalar of the set, when it was written as one.
    fileprivate var single: UInt32? {
        guard !self.isInverted, let range = self.ranges.first, self.ranges.count == 1, range.count == 1 else {
            return nil
        }
        return range.lowerBound
    }
}

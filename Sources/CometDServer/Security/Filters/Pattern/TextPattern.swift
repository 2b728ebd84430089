/// A regular expression that is searched for in bounded time.
///
/// It is a program for a machine that follows all possibilities at once, one character after the other, and remembers
/// of each only where it began and at which instruction it is (Thompson's construction).
///
/// - SeeAlso: K. Thompson, "Regular Expression Search Algorithm", CACM 11 (1968).
struct TextPattern: Sendable {
    /// What the machine does at one place of the pattern.
    enum Instruction: Sendable {
        /// Takes one character of a set.
        case take(ScalarSet)
        /// Goes on only where this holds.
        case require(Assertion)
        /// Goes on at two places, of which the first is preferred.
        case split(preferred: Int, other: Int)
        /// Goes on elsewhere.
        case jump(Int)
        /// The pattern has matched.
        case match
    }

    /// What can be asked of a place between two characters.
    enum Assertion: Hashable, Sendable {
        case textBegin, textEnd, wordBoundary, noWordBoundary
    }

    /// How many instructions a program may have.
    static let maxInstructions = 10_000

    let program: [Instruction]

    /// Compiles a pattern.
    init(_ source: String) throws(RegexFilterError) {
        var parser = PatternParser(source)
        let node = try parser.parse()
        var program: [Instruction] = []
        do throws(TooLarge) {
            try Self.emit(node, to: &program)
            try Self.append(.match, to: &program)
        } catch {
            throw RegexFilterError(.tooLarge, in: source, offset: source.unicodeScalars.count)
        }
        self.program = program
    }
}

// MARK: - Compiling

extension TextPattern {
    private struct TooLarge: Error {}

    private static func append(_ instruction: Instruction, to program: inout [Instruction]) throws(TooLarge) {
        guard program.count < self.maxInstructions else { throw TooLarge() }
        program.append(instruction)
    }

    private static func emit(_ node: PatternNode, to program: inout [Instruction]) throws(TooLarge) {
        switch node {
        case .set(let set):
            try self.append(.take(set), to: &program)
        case .assertion(let assertion):
            try self.append(.require(assertion), to: &program)
        case .sequence(let nodes):
            for node in nodes { try self.emit(node, to: &program) }
        case .choice(let nodes):
            try self.emitChoice(nodes, to: &program)
        case .repetition(let node, let count, let isLazy):
            for _ in 0..<count.lowerBound { try self.emitCopy(node, to: &program) }
            if count.upperBound == .max {
                try self.emitLoop(node, isLazy: isLazy, to: &program)
            } else {
                try self.emitOptions(node, count.count - 1, isLazy: isLazy, to: &program)
            }
        }
    }

    /// One copy of what is repeated; each costs an instruction, so that repeating nothing is bounded as well.
    private static func emitCopy(_ node: PatternNode, to program: inout [Instruction]) throws(TooLarge) {
        try self.append(.jump(program.count + 1), to: &program)
        try self.emit(node, to: &program)
    }

    private static func emitChoice(_ nodes: [PatternNode], to program: inout [Instruction]) throws(TooLarge) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try self.emit(node, to: &program)
                break
            }
            let split = program.count
            try self.append(.match, to: &program)
            try self.emit(node, to: &program)
            jumps.append(program.count)
            try self.append(.match, to: &program)
            program[split] = .split(preferred: split + 1, other: program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    /// Any number of copies.
    private static func emitLoop(_ node: PatternNode, isLazy: Bool, to program: inout [Instruction]) throws(TooLarge) {
        let split = program.count
        try self.append(.match, to: &program)
        try self.emit(node, to: &program)
        try self.append(.jump(split), to: &program)
        program[split] = self.split(inside: split + 1, behind: program.count, isLazy)
    }

    /// Up to some copies: each may be the first that is not taken.
    private static func emitOptions(
        _ node: PatternNode,
        _ count: Int,
        isLazy: Bool,
        to program: inout [Instruction]
    ) throws(TooLarge) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(program.count)
            try self.append(.match, to: &program)
            try self.emit(node, to: &program)
        }
        for split in splits { program[split] = self.split(inside: split + 1, behind: program.count, isLazy) }
    }

    private static func split(inside: Int, behind: Int, _ isLazy: Bool) -> Instruction {
        isLazy ? .split(preferred: behind, other: inside) : .split(preferred: inside, other: behind)
    }
}

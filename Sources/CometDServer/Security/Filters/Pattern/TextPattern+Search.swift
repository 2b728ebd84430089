extension TextPattern {
    /// Looks for a pattern in a text, and counts what that takes.
    struct Search {
        /// One possibility that is followed.
        private struct Thread {
            var instruction: Int
            /// Where its match began.
            var start: Int
        }

        private let program: [Instruction]
        private let text: [Unicode.Scalar]
        /// How many steps are left.
        private(set) var steps: Int
        /// The possibilities before the next character, the preferred ones first.
        private var threads: [Thread] = []
        private var nextThreads: [Thread] = []
        /// For each instruction, the turn in which it was last reached: the first to reach it is preferred.
        private var reached: [Int]
        private var turn = 0
        /// Instructions that are still to be followed without taking a character.
        private var pending: [Int] = []

        init(_ pattern: TextPattern, in text: [Unicode.Scalar], steps: Int) {
            self.program = pattern.program
            self.text = text
            self.steps = steps
            self.reached = Array(repeating: -1, count: pattern.program.count)
        }

        /// Finds matches from left to right that do not overlap.
        ///
        /// - Parameter limit: How many to look for.
        /// - Returns: Where they are, as offsets of scalars.
        /// - Throws: ``DataRefusal`` when no steps are left.
        mutating func matches(atMost limit: Int) throws(DataRefusal) -> [Range<Int>] {
            var found: [Range<Int>] = []
            var position = 0
            while position <= self.text.count, found.count < limit, let match = try self.firstMatch(from: position) {
                found.append(match)
                // An empty match must not be found again.
                position = match.isEmpty ? match.upperBound + 1 : match.upperBound
            }
            return found
        }

        /// Finds the leftmost match, and of those that begin there the preferred one.
        private mutating func firstMatch(from start: Int) throws(DataRefusal) -> Range<Int>? {
            self.threads.removeAll(keepingCapacity: true)
            self.turn += 1
            var match: Range<Int>?
            var position = start
            while true {
                if match == nil { try self.follow(0, start: position, at: position, isNext: false) }
                if match != nil, self.threads.isEmpty { break }
                self.turn += 1
                self.nextThreads.removeAll(keepingCapacity: true)
                for thread in self.threads {
                    switch self.program[thread.instruction] {
                    case .take(let set):
                        try self.count()
                        guard position < self.text.count, set.contains(self.text[position]) else { continue }
                        try self.follow(thread.instruction + 1, start: thread.start, at: position + 1, isNext: true)
                        continue
                    case .match:
                        match = thread.start..<position
                    case .require, .split, .jump:
                        continue
                    }
                    // All others would be less preferred.
                    break
                }
                swap(&self.threads, &self.nextThreads)
                guard position < self.text.count else { break }
                position += 1
            }
            return match
        }

        private mutating func count() throws(DataRefusal) {
            self.steps -= 1
            guard self.steps > 0 else { throw DataRefusal("maxSteps is exceeded") }
        }

        /// Adds what can be reached from an instruction without taking a character.
        private mutating func follow(_ first: Int, start: Int, at position: Int, isNext: Bool) throws(DataRefusal) {
            self.pending.append(first)
            while let instruction = self.pending.popLast() {
                guard self.reached[instruction] != self.turn else { continue }
                self.reached[instruction] = self.turn
                try self.count()
                switch self.program[instruction] {
                case .take, .match:
                    let thread = Thread(instruction: instruction, start: start)
                    if isNext { self.nextThreads.append(thread) } else { self.threads.append(thread) }
                case .require(let assertion):
                    if self.holds(assertion, at: position) { self.pending.append(instruction + 1) }
                case .split(let preferred, let other):
                    self.pending.append(other)
                    self.pending.append(preferred)
                case .jump(let target):
                    self.pending.append(target)
                }
            }
        }

        private func holds(_ assertion: Assertion, at position: Int) -> Bool {
            switch assertion {
            case .textBegin: position == 0
            case .textEnd: position == self.text.count
            case .wordBoundary: self.isWord(before: position) != self.isWord(before: position + 1)
            case .noWordBoundary: self.isWord(before: position) == self.isWord(before: position + 1)
            }
        }

        /// Whether the character before a position belongs to a word.
        private func isWord(before position: Int) -> Bool {
            self.text.indices.contains(position - 1) && ScalarSet.wordCharacters.contains(self.text[position - 1])
        }
    }
}

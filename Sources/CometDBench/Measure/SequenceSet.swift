/// Which of the numbered messages one session has got: one bit for each.
package struct SequenceSet: Sendable {
    private var words: ContiguousArray<UInt64> = []

    package init() {}

    /// Notes a message.
    ///
    /// - Parameter sequence: Its number; the memory grows with the largest.
    /// - Returns: Whether it is the first time.
    @inline(__always)
    package mutating func insert(_ sequence: UInt32) -> Bool {
        let index = Int(sequence >> 6)
        if index >= self.words.count {
            self.words.append(contentsOf: repeatElement(0, count: index + 1 - self.words.count))
        }
        let bit: UInt64 = 1 << UInt64(sequence & 63)
        guard self.words[index] & bit == 0 else { return false }
        self.words[index] |= bit
        return true
    }

    /// Forgets all, and keeps the memory.
    package mutating func removeAll() {
        for index in self.words.indices { self.words[index] = 0 }
    }
}

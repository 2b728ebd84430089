extension StringProtocol {
    /// Whether this is `word`, whatever the case of its ASCII letters.
    ///
    /// - Parameter word: In lower case.
    /// - Returns: Whether it is; text beyond ASCII is compared byte by byte.
    func isIgnoringCase(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard self.utf8.count == count else { return false }
        return self.utf8.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count)) { byte, expected in
            byte == expected || (byte | 0x20 == expected && (0x61...0x7a).contains(expected))
        }
    }

    /// The text without spaces and tabs at its ends.
    var trimmingBlanks: Substring {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var text = Substring(self)
        while let first = text.utf8.first, isBlank(first) { text.removeFirst() }
        while let last = text.utf8.last, isBlank(last) { text.removeLast() }
        return text
    }

    /// The elements of a comma-separated list, without the blanks around them.
    var listElements: [Substring] {
        self.split(separator: ",").map(\.trimmingBlanks)
    }

    /// Whether `word` is among the elements of a comma-separated list, whatever the case of its ASCII letters.
    ///
    /// - Parameter word: In lower case.
    /// - Returns: Whether it is.
    func hasListElement(_ word: StaticString) -> Bool {
        guard self.utf8.contains(UInt8(ascii: ",")) else { return self.trimmingBlanks.isIgnoringCase(word) }
        return self.listElements.contains { $0.isIgnoringCase(word) }
    }
}

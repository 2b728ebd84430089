/// A part of a regular expression, as it is written.
indirect enum PatternNode: Sendable {
    /// One character of a set.
    case set(ScalarSet)
    /// A place between two characters.
    case assertion(TextPattern.Assertion)
    /// One after the other; nothing when it is empty.
    case sequence([PatternNode])
    /// One of them, the first that fits.
    case choice([PatternNode])
    /// So many times; without limit when the upper bound is `Int.max`.
    case repetition(PatternNode, ClosedRange<Int>, isLazy: Bool)
}

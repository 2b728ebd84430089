/// Why a ``RegexFilter`` cannot be made.
public struct RegexFilterError: Error, Hashable, Sendable {
    /// What is wrong with a pattern, in terms a program can act on.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case malformed, unsupported, tooLarge
        }

        private let value: Value

        /// The pattern breaks the grammar: correct it.
        public static var malformed: Self { Self(value: .malformed) }

        /// The pattern asks for something that takes unbounded time or is not known here: write it in another way.
        public static var unsupported: Self { Self(value: .unsupported) }

        /// The pattern, its repetitions written out, has more than 10,000 parts or is nested deeper than 64: make it
        /// smaller.
        public static var tooLarge: Self { Self(value: .tooLarge) }
    }

    /// What is wrong.
    public var code: Code

    /// The pattern.
    public var pattern: String

    /// How many Unicode scalars of the pattern come before the place that is wrong.
    public var offset: Int

    /// Describes a fault of a pattern.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - pattern: The pattern.
    ///   - offset: How many Unicode scalars come before the place.
    public init(_ code: Code, in pattern: String, offset: Int) {
        self.code = code
        self.pattern = pattern
        self.offset = offset
    }
}

extension RegexFilterError: CustomStringConvertible {
    /// The code, the place and the pattern.
    public var description: String { "\(self.code) at character \(self.offset) of the pattern \(self.pattern)" }
}

extension RegexFilterError.Code: CustomStringConvertible {
    /// A few words for a log.
    public var description: String {
        switch self.value {
        case .malformed: "malformed"
        case .unsupported: "not supported"
        case .tooLarge: "too large"
        }
    }
}

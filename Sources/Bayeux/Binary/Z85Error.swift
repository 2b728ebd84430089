/// Why a text is not Z85.
public struct Z85Error: Error, Hashable, Sendable {
    /// What is wrong with the text, in terms a program can act on.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case illegalCharacter, groupTooLarge, truncated
        }

        private let value: Value

        /// A character is none of the 85: the text is something else, or was damaged.
        public static var illegalCharacter: Self { Self(value: .illegalCharacter) }

        /// Five characters stand for a number that four bytes cannot hold: no encoder writes that.
        public static var groupTooLarge: Self { Self(value: .groupTooLarge) }

        /// A single character is left at the end, which stands for no byte: the text was cut.
        public static var truncated: Self { Self(value: .truncated) }
    }

    /// What is wrong.
    public var code: Code

    /// How many bytes of the text come before the character, the group or the end that is wrong.
    public var offset: Int

    /// Describes a fault of a text.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - offset: How many bytes come before the place.
    public init(_ code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension Z85Error: CustomStringConvertible {
    /// The code and the place, such as `illegal character in Z85 at byte 17`.
    public var description: String { "\(self.code) at byte \(self.offset)" }
}

extension Z85Error.Code: CustomStringConvertible {
    /// A few words for a log.
    public var description: String {
        switch self.value {
        case .illegalCharacter: "illegal character in Z85"
        case .groupTooLarge: "group too large in Z85"
        case .truncated: "truncated Z85"
        }
    }
}

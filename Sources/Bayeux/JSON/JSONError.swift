/// Why a text is not JSON, or not JSON that we accept.
///
/// - SeeAlso: RFC 8259.
public struct JSONError: Error, Hashable, Sendable {
    /// What is wrong with the text, in terms a program can act on.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case malformed, invalidUnicode, tooDeep
        }

        private let value: Value

        /// The text breaks the grammar of JSON or ends too early: its sender must mend it.
        public static var malformed: Self { Self(value: .malformed) }

        /// A string is not UTF-8, or an escape stands for half of a surrogate pair: its sender must mend it.
        public static var invalidUnicode: Self { Self(value: .invalidUnicode) }

        /// Arrays and objects are nested deeper than the limit: send flatter values, or raise the limit.
        public static var tooDeep: Self { Self(value: .tooDeep) }
    }

    /// What is wrong.
    public var code: Code

    /// How many bytes of the text come before the place that is wrong; all of them when the text ends too early.
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

extension JSONError {
    /// What the scanner found when it read one value.
    init(_ error: ScanError) {
        switch error.reason {
        case .malformed, .tooManyMessages, .notABatch: self.init(.malformed, offset: error.offset)
        case .invalidUnicode: self.init(.invalidUnicode, offset: error.offset)
        case .tooDeep: self.init(.tooDeep, offset: error.offset)
        }
    }
}

extension JSONError: CustomStringConvertible {
    /// The code and the place, such as `malformed JSON at byte 17`.
    public var description: String { "\(self.code) at byte \(self.offset)" }
}

extension JSONError.Code: CustomStringConvertible {
    /// A few words for a log.
    public var description: String {
        switch self.value {
        case .malformed: "malformed JSON"
        case .invalidUnicode: "invalid Unicode in JSON"
        case .tooDeep: "JSON nested too deeply"
        }
    }
}

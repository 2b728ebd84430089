/// Why options could not be read.
public struct OptionError: Error, Hashable, Sendable {
    /// What is wrong, in terms a program can act on.
    public struct Code: Hashable, Sendable {
        fileprivate enum Value {
            case optionUnknown, valueInvalid
        }

        fileprivate let value: Value

        /// There is no option of this name: correct the name.
        public static var optionUnknown: Self { Self(value: .optionUnknown) }
        /// The value cannot be read or lies outside the option's bounds: correct the value.
        public static var valueInvalid: Self { Self(value: .valueInvalid) }
    }

    /// What is wrong.
    public let code: Code
    /// The full name as it was asked for or given, such as `ws.idleTimeout`.
    public let option: String
    /// The value that was refused; empty for an unknown option.
    public let value: String
    /// For a value, what is legal; for an unknown option, the name that may have been meant, or nothing.
    public let hint: String

    /// Describes a refusal.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - option: The option's full name.
    ///   - value: The value that was refused.
    ///   - hint: What is legal, or the name that may have been meant.
    package init(_ code: Code, option: String, value: String = "", hint: String) {
        self.code = code
        self.option = option
        self.value = value
        self.hint = hint
    }
}

extension OptionError: CustomStringConvertible {
    /// The refusal as one line, such as `maxInterval takes a time above zero (…), not 'soon'`.
    public var description: String { self.text(naming: self.option, hint: self.hint) }

    /// The refusal as one line.
    ///
    /// - Parameters:
    ///   - name: What the option is called where it was set, such as `--max-interval`.
    ///   - hint: The same for what may have been meant; ``hint`` when `nil`.
    /// - Returns: The line, without a line break.
    package func text(naming name: String, hint: String? = nil) -> String {
        let hint = hint ?? self.hint
        switch self.code.value {
        case .valueInvalid: return "\(name) takes \(hint), not '\(self.value.shownOnOneLine)'"
        case .optionUnknown where hint.isEmpty: return "unknown option '\(name.shownOnOneLine)'"
        case .optionUnknown: return "unknown option '\(name.shownOnOneLine)' (did you mean '\(hint)'?)"
        }
    }
}

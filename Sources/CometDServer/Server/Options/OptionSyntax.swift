/// How the value of an option is written, and which values are legal.
package struct OptionSyntax<Value>: Sendable {
    /// What stands for the value in help, such as `duration`.
    package let placeholder: String
    /// What is legal, as the words after "takes".
    package let legal: String
    /// Whether the value may be left out on a command line, which then means `true`.
    package let isSwitch: Bool
    /// Reads a value; `nil` when it is not legal.
    package let value: @Sendable (_ text: String) -> Value?
    /// Writes a value in a form that is read as the same value.
    package let text: @Sendable (_ value: Value) -> String

    /// Describes a way to write values.
    ///
    /// - Parameters:
    ///   - placeholder: What stands for the value in help.
    ///   - legal: What is legal, as the words after "takes".
    ///   - isSwitch: Whether the value may be left out on a command line, which then means `true`.
    ///   - value: Reads a value that has no white space around it; `nil` when it is not legal.
    ///   - text: Writes a value in a form that is read as the same value.
    package init(
        placeholder: String,
        legal: String,
        isSwitch: Bool = false,
        value: @escaping @Sendable (_ text: String) -> Value?,
        text: @escaping @Sendable (_ value: Value) -> String
    ) {
        self.placeholder = placeholder
        self.legal = legal
        self.isSwitch = isSwitch
        self.value = value
        self.text = text
    }
}

extension OptionSyntax<Bool> {
    /// `true` or `false`.
    package static var bool: Self {
        Self(placeholder: "bool", legal: "true or false", isSwitch: true) { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        } text: { value in
            value ? "true" : "false"
        }
    }
}

extension OptionSyntax {
    /// One of a few words.
    ///
    /// - Parameters:
    ///   - words: The words and their values; of two words for one value, the first is the one that is written.
    ///   - placeholder: What stands for the value in help.
    /// - Returns: The syntax.
    package static func oneOf(_ words: KeyValuePairs<String, Value>, placeholder: String) -> Self
    where Value: Equatable & Sendable {
        let words = words.map { (word: $0.key, value: $0.value) }
        return Self(placeholder: placeholder, legal: words.map(\.word).joinedAsAlternatives()) { text in
            words.first { $0.word == text }?.value
        } text: { value in
            words.first { $0.value == value }?.word ?? ""
        }
    }
}

extension [String] {
    /// The words as a sentence lists them: `a, b or c`.
    fileprivate func joinedAsAlternatives() -> String {
        guard let last = self.last, self.count > 1 else { return self.first ?? "" }
        return "\(self.dropLast().joined(separator: ", ")) or \(last)"
    }
}

/// Something about an option that is accepted, but that whoever set it should know.
public struct OptionWarning: Hashable, Sendable {
    /// The option's full name, such as `long-polling.jsonContext`.
    public let option: String
    /// What there is to know, as the words after the name.
    public let reason: String

    /// The warning as one line.
    ///
    /// - Parameter name: What the option is called where it was set, such as `--json-context`.
    /// - Returns: The line, without a line break.
    package func text(naming name: String) -> String { "\(name) \(self.reason)" }
}

extension OptionWarning: CustomStringConvertible {
    /// The warning as one line, such as `jsonContext has no effect: …`.
    public var description: String { self.text(naming: self.option) }
}

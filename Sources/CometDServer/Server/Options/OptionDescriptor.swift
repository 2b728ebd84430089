/// One option: its name, how its value is written, where the value goes, and the sentence that explains it.
package struct OptionDescriptor<Options>: Sendable {
    /// A place that the value goes to, with the names that lead there.
    struct Target: Sendable {
        /// What stands before the option's name; of several names that are set, the first one's value counts.
        let prefixes: [String]
        /// Stores a value; `false` when it is not legal.
        let apply: @Sendable (_ text: String, _ options: inout Options) -> Bool
        /// Writes the value that is stored.
        let text: @Sendable (_ options: Options) -> String
    }

    /// The option's name without prefix, as CometD writes it.
    package let name: String
    /// What stands for the value in help, such as `duration`.
    package let placeholder: String
    /// What is legal, as the words after "takes".
    package let legal: String
    /// Whether the value may be left out on a command line, which then means `true`.
    package let isSwitch: Bool
    /// What the option does, in one sentence.
    package let help: String
    /// Why the option has no effect, for one that is accepted for the sake of old configurations.
    let obsolescence: String?
    /// Where the value goes.
    let targets: [Target]

    /// Describes an option whose value goes to one place.
    ///
    /// - Parameters:
    ///   - name: The option's name.
    ///   - path: Where the value goes.
    ///   - syntax: How the value is written.
    ///   - help: What the option does, in one sentence.
    package init<Value>(
        _ name: String,
        _ path: any WritableKeyPath<Options, Value> & Sendable,
        _ syntax: OptionSyntax<Value>,
        _ help: String
    ) {
        self.init(name, syntax, help, targets: [Target(prefixes: [""], path, \.self, syntax)])
    }

    init<Value>(_ name: String, _ syntax: OptionSyntax<Value>, _ help: String, targets: [Target]) {
        self.name = name
        self.placeholder = syntax.placeholder
        self.legal = syntax.legal
        self.isSwitch = syntax.isSwitch
        self.help = help
        self.obsolescence = nil
        self.targets = targets
    }

    /// Describes an option that is accepted without effect.
    ///
    /// - Parameters:
    ///   - name: The option's name.
    ///   - obsolescence: Why it has no effect.
    ///   - prefixes: What may stand before the name.
    init(_ name: String, withoutEffect obsolescence: String, prefixes: [String]) {
        self.name = name
        self.placeholder = "value"
        self.legal = "any value"
        self.isSwitch = false
        self.help = "Accepted without effect: \(obsolescence)."
        self.obsolescence = obsolescence
        self.targets = [
            Target(prefixes: prefixes, apply: { _, _ in true }, text: { _ in "" })
        ]
    }
}

extension OptionDescriptor.Target {
    /// A place within a part of the options.
    ///
    /// - Parameters:
    ///   - prefixes: What stands before the option's name, the one that wins first.
    ///   - part: The part of the options.
    ///   - path: The place within the part.
    ///   - syntax: How the value is written.
    init<Part, Value>(
        prefixes: [String],
        _ part: any WritableKeyPath<Options, Part> & Sendable,
        _ path: any WritableKeyPath<Part, Value> & Sendable,
        _ syntax: OptionSyntax<Value>
    ) {
        self.prefixes = prefixes
        self.apply = { text, options in
            guard let value = syntax.value(text) else { return false }
            options[keyPath: part][keyPath: path] = value
            return true
        }
        self.text = { options in syntax.text(options[keyPath: part][keyPath: path]) }
    }
}

extension OptionDescriptor {
    /// The option's legal names with all prefixes, each once, in the order in which they are asked for.
    package var fullNames: [String] {
        var names: [String] = []
        for prefix in self.targets.flatMap(\.prefixes) where !names.contains(prefix + self.name) {
            names.append(prefix + self.name)
        }
        return names
    }

    /// The name under which the option is explained: without prefix, if that is a legal name.
    package var shownName: String {
        let prefixes = self.targets.flatMap(\.prefixes)
        return prefixes.contains("") ? self.name : (prefixes.first ?? "") + self.name
    }

    /// The prefixes with which the option is legal, too; without those that are mere aliases.
    package var shownPrefixes: [String] {
        let prefixes = self.targets.flatMap(\.prefixes)
        guard prefixes.contains("") else { return [] }
        return prefixes.filter { !$0.isEmpty && !OptionPrefix.aliases.contains($0) }
    }

    /// Whether the option has no effect, and exists for the sake of old configurations.
    package var isObsolete: Bool { self.obsolescence != nil }

    /// The value that stands in some options, in a form that can be read again.
    ///
    /// - Parameter options: The options to read from, such as the defaults.
    /// - Returns: The value, empty for none. Where it is not the same for all transports, the values stand one after the
    ///   other, with commas between them.
    package func text(in options: Options) -> String {
        var texts: [String] = []
        for text in self.targets.map({ $0.text(options) }) where !texts.contains(text) { texts.append(text) }
        return texts.joined(separator: ", ")
    }

    /// Stores the values that are found under the option's names.
    ///
    /// - Parameters:
    ///   - value: Returns the text of the value that is set under a full name.
    ///   - options: Where the values are stored.
    /// - Returns: What is worth telling about the names that were used.
    /// - Throws: ``OptionError`` for the first value that is not legal.
    func read(
        _ value: (_ name: String) -> String?,
        into options: inout Options
    ) throws(OptionError) -> [OptionWarning] {
        var warnings: [OptionWarning] = []
        for target in self.targets {
            // The name that wins comes last, and overwrites what the others have stored.
            for prefix in target.prefixes.reversed() {
                let name = prefix + self.name
                guard let text = value(name)?.trimmed else { continue }
                guard target.apply(text, &options) else {
                    throw OptionError(.valueInvalid, option: name, value: text, hint: self.legal)
                }
                if let obsolescence = self.obsolescence {
                    warnings.append(OptionWarning(option: name, reason: "has no effect: \(obsolescence)"))
                } else if let current = OptionPrefix.replacement(of: prefix) {
                    warnings.append(
                        OptionWarning(option: name, reason: "is CometD 2's name of \(current + self.name)")
                    )
                }
            }
        }
        return warnings
    }
}

import CometDServer

/// The flags of the options in the tables: `--max-interval 10s`, `--max-interval=10s`, `--trust-client-session`.
struct FlagArguments {
    /// What a flag stands for.
    struct Flag {
        /// The option's full name, such as `maxInterval`.
        let name: String
        /// Whether the value may be left out, which then means `true`.
        let isSwitch: Bool
    }

    /// The values by full names; the last one of a flag that is given more than once.
    private(set) var values: [String: String] = [:]

    /// Reads arguments.
    ///
    /// - Parameters:
    ///   - arguments: What the argument parser has left over.
    ///   - flags: The legal flags, without dashes in front.
    ///   - otherFlags: The flags that the argument parser knows, for suggestions.
    /// - Throws: ``CommandFailure`` for the first argument that is no flag, has no value or is not known.
    init(_ arguments: [String], flags: [String: Flag], otherFlags: [String]) throws(CommandFailure) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                let kind = argument.hasPrefix("-") && argument.count > 1 ? "unknown option" : "unexpected argument"
                throw CommandFailure(.usage, "\(kind) '\(argument.shownOnOneLine)'")
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let flag = flags[String(parts[0])] else {
                throw Self.unknown(String(parts[0]), among: Array(flags.keys) + otherFlags)
            }
            if parts.count == 2 {
                self.values[flag.name] = String(parts[1])
            } else if let next = rest.first, !next.hasPrefix("--") {
                self.values[flag.name] = next
                rest.removeFirst()
            } else if flag.isSwitch {
                self.values[flag.name] = "true"
            } else {
                throw CommandFailure(.usage, "missing value for '--\(parts[0])'")
            }
        }
    }

    private static func unknown(_ flag: String, among flags: [String]) -> CommandFailure {
        let likely = OptionName.likely(flag, among: flags.sorted())
        let error = OptionError(.optionUnknown, option: flag, hint: likely.isEmpty ? "" : "--\(likely)")
        return CommandFailure(.usage, error.text(naming: "--\(flag)"))
    }
}

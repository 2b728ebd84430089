/// What the help of the client commands has in common.
enum ClientHelp {
    /// The exit statuses, below the examples.
    static let statuses = "Exit status: 0 done; 1 failed; 64 called in a wrong way. See docs/command-line.md."

    /// Makes the discussion of a command.
    ///
    /// - Parameters:
    ///   - text: What the abstract does not say.
    ///   - examples: Command lines, without `cometd` in front.
    ///   - statuses: The exit statuses.
    /// - Returns: The discussion.
    static func discussion(_ text: String, examples: [String], statuses: String = Self.statuses) -> String {
        let lines = examples.map { "  cometd \($0)" }.joined(separator: "\n")
        return "\(text)\n\nEXAMPLES:\n\(lines)\n\n\(statuses)"
    }
}

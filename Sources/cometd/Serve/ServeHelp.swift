import CometDServer

/// The part of `cometd serve --help` that is made from the tables of options.
enum ServeHelp {
    private static let width = 80
    private static let column = 26

    /// The whole text.
    static let text: String = {
        let introduction = """
            Each option may also stand in the environment (--max-interval as
            COMETD_MAX_INTERVAL) or in the JSON file of --config (as "maxInterval",
            "ws.idleTimeout"). A flag overrules the environment, and that the file.
            A <duration> is in milliseconds or has a unit: 500ms, 10s, 5m, 1h. A <size>
            is in bytes or has a unit: 64k, 1M. See docs/options.md.
            """
        let listener = ServeSettings.table.sections.dropFirst().map { Self.text(of: $0, defaults: ServeSettings()) }
        let server = ServerOptions.table.sections.map { Self.text(of: $0, defaults: ServerOptions()) }
        return ([introduction] + listener + server).joined(separator: "\n\n")
    }()

    private static func text<Options>(of section: OptionTable<Options>.Section, defaults: Options) -> String {
        var lines = ["\(section.title.uppercased()):"]
        let prefixes = section.options.first.map(\.shownPrefixes) ?? []
        if !prefixes.isEmpty, section.options.first?.isObsolete == false {
            let flags = prefixes.map { "--" + OptionName.kebabCase($0) + "…" }
            lines += Self.lines("Each also for one transport: \(flags.joined(separator: ", ")).", indentation: 2)
        }
        for option in section.options {
            let placeholder = option.isSwitch ? "[<\(option.placeholder)>]" : "<\(option.placeholder)>"
            let label = "  --\(OptionName.kebabCase(option.shownName)) \(placeholder)"
            let value = option.isObsolete ? "" : option.text(in: defaults)
            let text = option.help + (value.isEmpty ? "" : " (default: \(value))")
            var help = Self.lines(text, indentation: Self.column)
            if label.count < Self.column, let first = help.first {
                help[0] = label + first.dropFirst(label.count)
            } else {
                help.insert(label, at: 0)
            }
            lines += help
        }
        return lines.joined(separator: "\n")
    }

    /// Breaks a text into lines.
    private static func lines(_ text: String, indentation: Int) -> [String] {
        let margin = String(repeating: " ", count: indentation)
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count + 1 < Self.width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(margin + word)
            }
        }
        return lines
    }
}

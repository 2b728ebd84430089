import CometDServer

/// The environment variables that set options: `COMETD_` and the flag in capitals, as in `COMETD_MAX_INTERVAL`.
struct EnvironmentVariables {
    /// What all of them begin with.
    private static let prefix = "COMETD_"

    /// The values that are set, by the variables' names.
    let values: [String: String]

    /// Takes the variables that may set options out of an environment.
    ///
    /// Empty ones do not count, nor those that Kubernetes sets for a service called "cometd": `COMETD_SERVICE_HOST`,
    /// `COMETD_PORT_8080_TCP` and the like, and `COMETD_PORT` when it begins with `tcp://` or `udp://`.
    ///
    /// - Parameter environment: All variables of the process.
    init(_ environment: [String: String]) {
        self.values = environment.filter { name, value in
            name.hasPrefix(Self.prefix) && !value.isEmpty && !Self.isOfKubernetes(name, value)
        }
    }

    /// The variable that sets an option.
    static func name(of option: String) -> String {
        self.prefix + OptionName.kebabCase(option).uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// What is worth telling about variables that look like options but are none.
    ///
    /// They are no errors: other programs may read them.
    ///
    /// - Parameter options: The full names of all options.
    /// - Returns: One line for each of them.
    func warnings(options: [String]) -> [String] {
        let legal = options.map { Self.name(of: $0) }
        return Set(self.values.keys).subtracting(legal).sorted().map { name in
            let likely = OptionName.likely(name, among: legal)
            return "the environment variable \(name.shownOnOneLine) sets no option"
                + (likely.isEmpty ? "" : " (did you mean \(likely)?)")
        }
    }

    private static func isOfKubernetes(_ name: String, _ value: String) -> Bool {
        let rest = name.dropFirst(Self.prefix.count)
        if rest == "PORT" { return value.hasPrefix("tcp://") || value.hasPrefix("udp://") }
        return rest.hasPrefix("SERVICE_") || (rest.hasPrefix("PORT_") && rest.dropFirst(5).first?.isNumber == true)
    }
}

import CometDServer
import Configuration

/// What is set on the command line, in the environment and in the configuration file: the first of them wins.
struct SettingSources {
    /// Where a value comes from.
    enum Origin {
        case flag
        case environment
        case file(path: String)
    }

    private let flags: [String: String]
    private let environment: EnvironmentVariables
    private let file: ConfigurationFile?
    private let reader: ConfigReader

    /// Merges sources.
    ///
    /// - Parameters:
    ///   - flags: The values of the flags by the options' full names.
    ///   - environment: The environment variables.
    ///   - file: The configuration file, if there is one.
    init(flags: [String: String], environment: EnvironmentVariables, file: ConfigurationFile?) {
        self.flags = flags
        self.environment = environment
        self.file = file
        let variables = EnvironmentVariablesProvider(environmentVariables: environment.values).mapKeys { key in
            // The provider's own rule would make HTTP2MAX_SESSIONS_… of http2MaxSessions….
            AbsoluteConfigKey([EnvironmentVariables.name(of: key.components.joined(separator: "."))])
        }
        self.reader = ConfigReader(providers: [
            Self.provider(named: "flags", flags), variables, Self.provider(named: "file", file?.values ?? [:]),
        ])
    }

    /// The text of the value that is set under a full name.
    func value(_ name: String) -> String? { self.reader.string(forKey: ConfigKey(name)) }

    /// Where the value of an option comes from; `nil` when it is not set.
    func origin(of name: String) -> Origin? {
        if self.flags[name] != nil { return .flag }
        if self.environment.values[EnvironmentVariables.name(of: name)] != nil { return .environment }
        return self.file.flatMap { $0.values[name] == nil ? nil : .file(path: $0.path) }
    }

    /// What an option is called where it is set, such as `--max-interval`, `COMETD_MAX_INTERVAL` or
    /// `cometd.json: maxInterval`.
    func shownName(of name: String) -> String {
        switch self.origin(of: name) {
        case .flag, nil: "--\(OptionName.kebabCase(name))"
        case .environment: EnvironmentVariables.name(of: name)
        case .file(let path): "\(path.shownOnOneLine): \(name)"
        }
    }

    private static func provider(named name: String, _ values: [String: String]) -> InMemoryProvider {
        let pairs = values.map {
            (AbsoluteConfigKey(ConfigKey($0.key)), ConfigValue(.string($0.value), isSecret: false))
        }
        return InMemoryProvider(name: name, values: Dictionary(pairs) { first, _ in first })
    }
}

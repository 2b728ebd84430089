import CometDServer

extension ServeSettings {
    /// The full names of all options but the configuration file itself.
    static let optionNames = Self.table.names + ServerOptions.optionNames

    /// The flags of all options, without dashes in front.
    static let flags: [String: FlagArguments.Flag] = {
        var flags: [String: FlagArguments.Flag] = [:]
        func add<Options>(_ table: OptionTable<Options>) {
            for option in table.options {
                for name in option.fullNames {
                    flags[OptionName.kebabCase(name)] = FlagArguments.Flag(name: name, isSwitch: option.isSwitch)
                }
            }
        }
        add(Self.table)
        add(ServerOptions.table)
        return flags
    }()

    /// Merges what is set on the command line, in the environment and in the configuration file.
    ///
    /// - Parameters:
    ///   - flags: The values of the flags by the options' full names.
    ///   - path: The configuration file of the command line; `nil` for the environment's, if there is one.
    ///   - environment: All variables of the process.
    /// - Returns: The settings, and lines that are worth telling about them.
    /// - Throws: ``CommandFailure`` for the first name in the file that is no option's and the first value that is not
    ///   legal, and for a file that cannot be read.
    static func merging(
        flags: [String: String],
        configuration path: String?,
        environment: [String: String]
    ) throws(CommandFailure) -> (settings: ServeSettings, warnings: [String]) {
        let variables = EnvironmentVariables(environment)
        var file: ConfigurationFile?
        if let path = path ?? variables.values[EnvironmentVariables.name(of: "config")] {
            file = try ConfigurationFile(path: path)
        }
        return try Self.merging(flags: flags, variables: variables, file: file)
    }

    /// Merges what is set, with the file already read.
    static func merging(
        flags: [String: String],
        variables: EnvironmentVariables,
        file: ConfigurationFile?
    ) throws(CommandFailure) -> (settings: ServeSettings, warnings: [String]) {
        try file?.check(names: Self.optionNames)
        let sources = SettingSources(flags: flags, environment: variables, file: file)
        var settings = ServeSettings()
        let warnings = try settings.read(sources)
        if settings.hasDemo, !DemoSite.hasRoom(besideServerAt: settings.path) {
            throw CommandFailure(
                .usage,
                "the demo's pages need a --path other than /, \(DemoSite.pages) and \(DemoSite.scripts)"
            )
        }
        try settings.checkTLS()
        return (settings, variables.warnings(options: Self.optionNames + ["config"]) + warnings)
    }

    /// Reads what is set; returns what is worth telling about the values.
    private mutating func read(_ sources: SettingSources) throws(CommandFailure) -> [String] {
        do throws(OptionError) {
            let own = try Self.table.read({ sources.value($0) }, into: &self)
            let warnings = own + (try self.server.read { sources.value($0) })
            return warnings.map { $0.text(naming: sources.shownName(of: $0.option)) }
        } catch {
            throw CommandFailure(.usage, error.text(naming: sources.shownName(of: error.option)))
        }
    }
}

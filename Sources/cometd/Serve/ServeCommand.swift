import ArgumentParser
import CometDServer
import Foundation
import Logging

/// `cometd serve`: runs a server until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Start a Bayeux server.",
        usage: "cometd serve [--port <port>] [--host <host>] [--demo] [<option> ...]",
        discussion: ServeHelp.text
    )

    @Option(help: ArgumentHelp("The port to listen at; 0 picks a free one, which is printed. (default: 8080)"))
    var port: String?

    @Option(help: ArgumentHelp("The name or address to listen at; 0.0.0.0 for all. (default: 127.0.0.1)"))
    var host: String?

    @Option(help: ArgumentHelp("The path at which the server lives. (default: /cometd)"))
    var path: String?

    @Flag(inversion: .prefixedNo, help: "Add an echo service and a start page.")
    var demo: Bool?

    @Option(help: ArgumentHelp("A JSON file with options.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The least important events to log on standard error: trace, debug, info, notice, warning, error, critical. "
                + "(default: info)",
            valueName: "level"
        )
    )
    var logLevel: String?

    /// The flags of the options in the tables.
    @Argument(parsing: .allUnrecognized, help: .hidden)
    var others: [String] = []

    func run() async throws {
        let (settings, warnings) = try self.settings(environment: ProcessInfo.processInfo.environment)
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = settings.logLevel
            return handler
        }
        let logger = Logger(label: "cometd")
        for warning in warnings { logger.warning("\(warning)") }
        try await ServeApplication(settings: settings, logger: logger).run()
    }

    /// Merges what is set on the command line, in the environment and in the configuration file.
    ///
    /// - Parameter environment: All variables of the process.
    /// - Returns: The settings, and lines that are worth telling about them.
    /// - Throws: ``CommandFailure`` for the first option that is not known or whose value is not legal, and for a
    ///   configuration file that cannot be read.
    func settings(environment: [String: String]) throws(CommandFailure) -> (ServeSettings, warnings: [String]) {
        let variables = EnvironmentVariables(environment)
        let flags = try self.flags()
        let configuration = EnvironmentVariables.name(of: "config")
        var file: ConfigurationFile?
        if let path = self.config ?? variables.values[configuration] { file = try ConfigurationFile(path: path) }
        try file?.check(names: ServeSettings.optionNames)

        let sources = SettingSources(flags: flags, environment: variables, file: file)
        var settings = ServeSettings()
        let warnings =
            variables.warnings(options: ServeSettings.optionNames + ["config"]) + (try settings.read(sources))
        if settings.hasDemo, settings.path == "/" {
            throw CommandFailure(.usage, "the demo's start page needs a --path other than /")
        }
        return (settings, warnings)
    }

    /// The values of all flags by the options' full names.
    private func flags() throws(CommandFailure) -> [String: String] {
        let parsed = [
            "port": self.port, "host": self.host, "path": self.path, "demo": self.demo.map { $0 ? "true" : "false" },
            "logLevel": self.logLevel,
        ]
        let flags = try FlagArguments(
            self.others,
            flags: Self.flagsOfTables.filter { parsed[$0.value.name] == nil },
            otherFlags: parsed.keys.map { OptionName.kebabCase($0) } + ["config", "help", "version"]
        )
        return flags.values.merging(parsed.compactMapValues { $0 }) { _, parsed in parsed }
    }

    /// The flags of all options in the tables, without dashes in front.
    private static let flagsOfTables: [String: FlagArguments.Flag] = {
        var flags: [String: FlagArguments.Flag] = [:]
        func add<Options>(_ table: OptionTable<Options>) {
            for option in table.options {
                for name in option.fullNames {
                    flags[OptionName.kebabCase(name)] = FlagArguments.Flag(name: name, isSwitch: option.isSwitch)
                }
            }
        }
        add(ServeSettings.table)
        add(ServerOptions.table)
        return flags
    }()
}

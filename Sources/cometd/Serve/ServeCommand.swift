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

    @Flag(inversion: .prefixedNo, help: "Add demo pages, their services and the JavaScript client.")
    var demo: Bool?

    @Option(
        help: ArgumentHelp(
            "A folder with jQuery, Angular and Dojo, for the demo's pages; none to let browsers load them from a public "
                + "network. (default: \(DemoLibraries.defaultFolder) if there is one)",
            valueName: "folder"
        )
    )
    var demoLibraries: String?

    @Option(
        help: ArgumentHelp(
            "The extensions that clients may use, out of ack, binary, timestamp and timesync, or none. "
                + "(default: ack,timesync,binary)",
            valueName: "list"
        )
    )
    var extensions: String?

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
        let (settings, warnings) = try ServeSettings.merging(
            flags: self.flags(),
            configuration: self.config,
            environment: ProcessInfo.processInfo.environment
        )
        LoggingSystem.bootstrap { ServeLogHandler(label: $0, level: settings.logLevel) }
        let logger = Logger(label: "cometd")
        for warning in warnings { logger.warning("\(warning)") }
        try await ServeApplication(settings: settings, logger: logger).run()
    }

    /// The values of all flags by the options' full names.
    private func flags() throws(CommandFailure) -> [String: String] {
        let parsed = [
            "port": self.port, "host": self.host, "path": self.path, "demo": self.demo.map { $0 ? "true" : "false" },
            "demoLibraries": self.demoLibraries, "logLevel": self.logLevel, "extensions": self.extensions,
        ]
        let flags = try FlagArguments(
            self.others,
            flags: ServeSettings.flags,
            otherFlags: ["config", "help", "version"]
        )
        return flags.values.merging(parsed.compactMapValues { $0 }) { _, parsed in parsed }
    }
}

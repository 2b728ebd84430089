import ArgumentParser
import Bayeux
import Logging

/// How a command reaches its server: the options that all client commands have.
struct ConnectionArguments: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A transport that may be used: websocket or long-polling; repeat it for both, the first is tried first. "
                + "(default: websocket, then long-polling)",
            valueName: "name"
        )
    )
    var transport: [TransportName] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A header for all requests; may be repeated.", valueName: "name: value"),
        transform: HeaderArgument.init
    )
    var header: [HeaderArgument] = []

    @Option(
        help: ArgumentHelp(
            "How long connecting, an acknowledgement, and the result of a call may take each, in seconds.",
            valueName: "seconds"
        )
    )
    var timeout: Double = 10

    @Flag(help: "Take any certificate: nobody knows then who the server is.")
    var insecure = false

    @Option(
        help: ArgumentHelp(
            "A PEM file with the certificates of authorities to trust, instead of the system's.",
            valueName: "file"
        )
    )
    var ca: String?

    @Option(
        help: ArgumentHelp("A proxy: http://host:port or socks5://host:port.", valueName: "url"),
        transform: ProxyArgument.init
    )
    var proxy: ProxyArgument?

    @Option(
        help: ArgumentHelp("A JSON object for the handshake's ext, such as credentials.", valueName: "json"),
        transform: Self.object
    )
    var ext: JSONObject?

    @Option(
        help: ArgumentHelp(
            "The least important events to log on standard error: trace, debug, info, notice, warning, error, critical. "
                + "(default: error)",
            valueName: "level"
        ),
        transform: Self.level
    )
    var logLevel: Logger.Level?

    /// The same as ``timeout``.
    var limit: Duration { .seconds(self.timeout) }

    mutating func validate() throws {
        // Beyond a year there is no difference, and a timer's arithmetic stays far from its end.
        guard self.timeout > 0, self.timeout <= 31_536_000 else {
            throw ValidationError("--timeout takes a number of seconds above 0")
        }
        guard !self.insecure || self.ca == nil else {
            throw ValidationError("--insecure and --ca contradict each other")
        }
    }

    private static func object(_ text: String) throws -> JSONObject {
        guard let value = try? JSONValue(parsing: text), let object = value.objectValue else {
            throw ValidationError("it must be a JSON object, such as '{\"token\":\"secret\"}'")
        }
        return object
    }

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError("a level is trace, debug, info, notice, warning, error or critical")
        }
        return level
    }
}

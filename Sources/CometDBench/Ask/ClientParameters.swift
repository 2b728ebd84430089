/// What `cometd bench client` is told: the parameters of the book's `CometDLoadClient`.
package struct ClientParameters: Hashable, Sendable {
    /// What is asked once.
    package struct Connection: Hashable, Sendable {
        package var server = "localhost"
        package var port = 8080
        package var transport = LoadTransport.longPolling
        package var ssl = false
        /// How many event loops there may be.
        package var maxThreads = 256
        package var context = "/cometd"
        package var channel = "/a"
        package var rooms = 100
        package var roomsPerClient = 10
        package var ack = false

        package init() {}
    }

    /// What is asked before each run; what was said last is the next default.
    package struct Run: Hashable, Sendable {
        /// 0 ends the program.
        package var clients = 1000
        package var batchCount = 1000
        package var batchSize = 10
        /// In microseconds.
        package var batchPause = 10_000
        package var messageSize = 50
        package var randomize = false

        package init() {}
    }

    /// What has been said already, on the command line.
    package struct Given: Hashable, Sendable {
        package var server: String?
        package var port: Int?
        package var transport: LoadTransport?
        package var ssl: Bool?
        package var maxThreads: Int?
        package var context: String?
        package var channel: String?
        package var rooms: Int?
        package var roomsPerClient: Int?
        package var ack: Bool?
        package var clients: Int?
        package var batchCount: Int?
        package var batchSize: Int?
        package var batchPause: Int?
        package var messageSize: Int?
        package var randomize: Bool?

        package init() {}
    }
}

extension ClientParameters.Connection {
    /// Asks for what has not been said, in the book's order.
    package init(
        _ given: ClientParameters.Given,
        asking questionnaire: Questionnaire
    ) throws(Questionnaire.Ended) {
        let standard = Self()
        self.server = try questionnaire.ask("server", default: standard.server, given: given.server, .host)
        self.port = try questionnaire.ask("port", default: standard.port, given: given.port, .integer(1...65535))
        if given.transport == nil {
            for line in ["transports:", "  0 - long-polling", "  1 - jsr-websocket", "  2 - jetty-websocket"] {
                questionnaire.note(line)
            }
        }
        self.transport = try questionnaire.ask(
            "transport",
            default: standard.transport,
            given: given.transport,
            .transport
        )
        self.ssl = try questionnaire.ask("use ssl", default: standard.ssl, given: given.ssl, .bool)
        self.maxThreads = try questionnaire.ask(
            "max threads",
            default: standard.maxThreads,
            given: given.maxThreads,
            .integer(1...65536)
        )
        self.context = try questionnaire.ask("context", default: standard.context, given: given.context, .path)
        self.channel = try questionnaire.ask("channel", default: standard.channel, given: given.channel, .path)
        self.rooms = try questionnaire.ask(
            "rooms",
            default: standard.rooms,
            given: given.rooms,
            .integer(1...1_000_000)
        )
        self.roomsPerClient = try questionnaire.ask(
            "rooms per client",
            default: min(standard.roomsPerClient, self.rooms),
            given: given.roomsPerClient,
            .integer(1...self.rooms)
        )
        self.ack = try questionnaire.ask("enable ack extension", default: standard.ack, given: given.ack, .bool)
    }

    /// Takes the defaults for what has not been said.
    package init(_ given: ClientParameters.Given) {
        self.server = given.server ?? self.server
        self.port = given.port ?? self.port
        self.transport = given.transport ?? self.transport
        self.ssl = given.ssl ?? self.ssl
        self.maxThreads = given.maxThreads ?? self.maxThreads
        self.context = given.context ?? self.context
        self.channel = given.channel ?? self.channel
        self.rooms = given.rooms ?? self.rooms
        self.roomsPerClient = given.roomsPerClient ?? min(self.roomsPerClient, self.rooms)
        self.ack = given.ack ?? self.ack
    }
}

extension ClientParameters.Run {
    /// Asks for what has not been said, in the book's order; after 0 clients nothing more.
    ///
    /// - Parameters:
    ///   - last: The defaults.
    ///   - given: What has been said already; only before the first run.
    ///   - questionnaire: How to ask.
    /// - Throws: ``Questionnaire/Ended`` when there is no answer.
    package init(
        after last: Self,
        _ given: ClientParameters.Given,
        asking questionnaire: Questionnaire
    ) throws(Questionnaire.Ended) {
        self = last
        self.clients = try questionnaire.ask(
            "clients",
            default: last.clients,
            given: given.clients,
            .integer(0...1_000_000)
        )
        guard self.clients > 0 else { return }
        self.batchCount = try questionnaire.ask(
            "batch count",
            default: last.batchCount,
            given: given.batchCount,
            .integer(1...10_000_000)
        )
        self.batchSize = try questionnaire.ask(
            "batch size",
            default: last.batchSize,
            given: given.batchSize,
            .integer(1...10_000)
        )
        self.batchPause = try questionnaire.ask(
            "batch pause (µs)",
            default: last.batchPause,
            given: given.batchPause,
            .integer(0...3_600_000_000)
        )
        self.messageSize = try questionnaire.ask(
            "message size",
            default: last.messageSize,
            given: given.messageSize,
            .integer(0...1_000_000)
        )
        self.randomize = try questionnaire.ask(
            "randomize sends",
            default: last.randomize,
            given: given.randomize,
            .bool
        )
    }

    /// Takes the defaults for what has not been said.
    package init(_ given: ClientParameters.Given) {
        self.clients = given.clients ?? self.clients
        self.batchCount = given.batchCount ?? self.batchCount
        self.batchSize = given.batchSize ?? self.batchSize
        self.batchPause = given.batchPause ?? self.batchPause
        self.messageSize = given.messageSize ?? self.messageSize
        self.randomize = given.randomize ?? self.randomize
    }
}

extension LoadPlan {
    /// The plan of the book's benchmark.
    package init(_ connection: ClientParameters.Connection, _ run: ClientParameters.Run) {
        let target = LoadTarget(
            host: connection.server,
            port: connection.port,
            path: connection.context,
            isSecure: connection.ssl
        )
        self.init(scenario: .rooms, target: target, transport: connection.transport)
        self.channel = connection.channel
        self.rooms = connection.rooms
        self.roomsPerClient = connection.roomsPerClient
        self.acknowledges = connection.ack
        self.clients = run.clients
        self.batchCount = run.batchCount
        self.batchSize = run.batchSize
        self.batchPause = run.batchPause
        self.messageSize = run.messageSize
        self.isRandomized = run.randomize
    }
}

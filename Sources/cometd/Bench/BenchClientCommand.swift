import ArgumentParser
import CometDBench
import Foundation

/// `cometd bench client`: the load client of the book's benchmark.
struct BenchClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "The load client of CometD's benchmark.",
        discussion: """
            Asks for its parameters on standard input, as CometD's own does; an empty line
            takes the default in brackets, 0 clients end it. What is given as an option is
            not asked for. With --auto nothing is asked, and it ends after one run.
            """
    )

    @Flag(help: "Ask nothing, take the defaults, and end after one run.")
    var auto = false

    @Option(help: ArgumentHelp("The server's name or address. (default: localhost)", valueName: "host"))
    var server: String?

    @Option(help: ArgumentHelp("The server's port. (default: 8080)", valueName: "port"))
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "0 or long-polling, 1 or 2 or websocket. (default: long-polling)",
            valueName: "transport"
        )
    )
    var transport: String?

    @Flag(inversion: .prefixedNo, help: "Encrypt the connections. (default: false)")
    var ssl: Bool?

    @Option(help: ArgumentHelp("How many threads there may be. (default: 256)", valueName: "number"))
    var maxThreads: Int?

    @Option(help: ArgumentHelp("The path of the server. (default: /cometd)", valueName: "path"))
    var context: String?

    @Option(help: ArgumentHelp("The root channel. (default: /a)", valueName: "channel"))
    var channel: String?

    @Option(help: ArgumentHelp("How many rooms there are. (default: 100)", valueName: "number"))
    var rooms: Int?

    @Option(help: ArgumentHelp("How many rooms each client is in. (default: 10)", valueName: "number"))
    var roomsPerClient: Int?

    @Flag(inversion: .prefixedNo, help: "Use the acknowledgement extension. (default: false)")
    var ack: Bool?

    @Option(help: ArgumentHelp("How many clients there are; 0 ends. (default: 1000)", valueName: "number"))
    var clients: Int?

    @Option(help: ArgumentHelp("How many batches are sent. (default: 1000)", valueName: "number"))
    var batchCount: Int?

    @Option(help: ArgumentHelp("How many messages a batch has. (default: 10)", valueName: "number"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("The time from one batch to the next, in µs. (default: 10000)", valueName: "µs"))
    var batchPause: Int?

    @Option(help: ArgumentHelp("How many characters each message has. (default: 50)", valueName: "number"))
    var messageSize: Int?

    @Flag(inversion: .prefixedNo, help: "Draw each pause from 0 to twice its length. (default: false)")
    var randomize: Bool?

    @OptionGroup(title: "Run")
    var run: RunArguments

    mutating func validate() throws {
        guard self.transport.map({ LoadTransport(benchmarkName: $0) != nil }) ?? true else {
            throw ValidationError("--transport takes 0, 1, 2, long-polling or websocket")
        }
        let numbers: [(String, Int?, ClosedRange<Int>)] = [
            ("--port", self.port, 1...65535), ("--max-threads", self.maxThreads, 1...65536),
            ("--rooms", self.rooms, 1...1_000_000), ("--rooms-per-client", self.roomsPerClient, 1...1_000_000),
            ("--clients", self.clients, 0...1_000_000), ("--batch-count", self.batchCount, 1...10_000_000),
            ("--batch-size", self.batchSize, 1...10_000), ("--batch-pause", self.batchPause, 0...3_600_000_000),
            ("--message-size", self.messageSize, 0...1_000_000),
        ]
        for (name, value, range) in numbers {
            guard value.map(range.contains) ?? true else {
                throw ValidationError("\(name) takes a number from \(range.lowerBound) to \(range.upperBound)")
            }
        }
    }

    private var given: ClientParameters.Given {
        var given = ClientParameters.Given()
        given.server = self.server
        given.port = self.port
        given.transport = self.transport.flatMap { LoadTransport(benchmarkName: $0) }
        given.ssl = self.ssl
        given.maxThreads = self.maxThreads
        given.context = self.context
        given.channel = self.channel
        given.rooms = self.rooms
        given.roomsPerClient = self.roomsPerClient
        given.ack = self.ack
        given.clients = self.clients
        given.batchCount = self.batchCount
        given.batchSize = self.batchSize
        given.batchPause = self.batchPause
        given.messageSize = self.messageSize
        given.randomize = self.randomize
        return given
    }

    func run() async throws {
        BenchChildren.endWithThisProcess()
        if self.auto {
            let parameters = ClientParameters.Run(self.given)
            guard parameters.clients > 0 else { return }
            guard try await self.measure(ClientParameters.Connection(self.given), parameters) else {
                throw ExitCode(1)
            }
            return
        }
        do {
            try await self.converse()
        } catch is Questionnaire.Ended {
            // As if the answer had been 0 clients.
        }
    }

    private func converse() async throws {
        let questionnaire = BenchTerminal.questionnaire
        let connection = try ClientParameters.Connection(self.given, asking: questionnaire)
        var last = ClientParameters.Run()
        var given = self.given
        while true {
            questionnaire.note("")
            let parameters = try ClientParameters.Run(after: last, given, asking: questionnaire)
            guard parameters.clients > 0 else { return }
            _ = try await self.measure(connection, parameters)
            last = parameters
            // From the second run on all is asked, the number of clients at least.
            given = ClientParameters.Given()
        }
    }

    /// - Returns: Whether all messages arrived, once.
    private func measure(
        _ connection: ClientParameters.Connection,
        _ parameters: ClientParameters.Run
    ) async throws -> Bool {
        var plan = LoadPlan(connection, parameters)
        self.run.apply(to: &plan)
        plan.eventLoops = min(plan.eventLoops, connection.maxThreads)
        let probe = await ServerProbe.of(plan.target, process: self.run.serverPid)
        let run = BenchRun(plan: plan, warmups: self.run.warmups, probe: probe, tellsProgress: true)
        let result = try await run.run()
        try BenchOutput.write(result, json: self.run.json)
        return result.isComplete
    }
}

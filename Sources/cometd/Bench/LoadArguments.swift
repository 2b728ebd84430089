import ArgumentParser
import CometDBench

/// The options that all scenarios have, with defaults of their own.
struct LoadArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The server to load; without it, one is started for the time of the run: `cometd serve`.",
            valueName: "url"
        )
    )
    var url: String?

    @Option(help: ArgumentHelp("websocket or long-polling. (default: websocket)", valueName: "name"))
    var transport: String = LoadTransport.webSocket.rawValue

    @Option(help: ArgumentHelp("How many clients there are.", valueName: "number"))
    var clients: Int?

    @Option(help: ArgumentHelp("How many batches are published.", valueName: "number"))
    var batchCount: Int?

    @Option(help: ArgumentHelp("How many messages leave together.", valueName: "number"))
    var batchSize: Int?

    @Option(
        help: ArgumentHelp(
            "The time from one batch to the next, in µs; 0 waits for the last one's arrival instead.",
            valueName: "µs"
        )
    )
    var batchPause: Int?

    @Option(help: ArgumentHelp("How many characters are added to each message.", valueName: "number"))
    var messageSize = 50

    @Flag(help: "Draw each pause from 0 to twice its length.")
    var randomize = false

    @Flag(help: "Use the acknowledgement extension.")
    var ack = false

    @Option(help: ArgumentHelp("The root channel.", valueName: "channel"))
    var channel = "/a"

    @Option(
        help: ArgumentHelp(
            "How many event loops the started server has. (default: one for each core)",
            valueName: "number"
        )
    )
    var serverLoops: Int?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("An argument for the started `cometd serve`; may be repeated.", valueName: "argument")
    )
    var serverArgument: [String] = []

    @OptionGroup(title: "Run")
    var run: RunArguments

    mutating func validate() throws {
        guard LoadTransport(benchmarkName: self.transport) != nil else {
            throw ValidationError("--transport takes websocket or long-polling")
        }
        guard 1...1_000_000 ~= self.clients ?? 1 else { throw ValidationError("--clients takes a number from 1") }
        guard 1...10_000_000 ~= self.batchCount ?? 1 else {
            throw ValidationError("--batch-count takes a number from 1")
        }
        guard 1...10_000 ~= self.batchSize ?? 1 else {
            throw ValidationError("--batch-size takes a number from 1 to 10000")
        }
        guard 0...3_600_000_000 ~= self.batchPause ?? 0 else {
            throw ValidationError("--batch-pause takes a number of µs from 0")
        }
        guard 0...1_000_000 ~= self.messageSize else {
            throw ValidationError("--message-size takes a number from 0 to 1000000")
        }
        guard 1...1024 ~= self.serverLoops ?? 1 else { throw ValidationError("--server-loops takes a number from 1") }
        guard self.url == nil || (self.serverLoops == nil && self.serverArgument.isEmpty) else {
            throw ValidationError("--server-loops and --server-argument are for a server that is started")
        }
    }

    /// What is to be done.
    ///
    /// - Parameters:
    ///   - scenario: The scenario.
    ///   - target: The server.
    ///   - standard: Sets the scenario's defaults.
    /// - Returns: The plan.
    func plan(_ scenario: LoadScenario, _ target: LoadTarget, _ standard: (inout LoadPlan) -> Void) -> LoadPlan {
        let transport = LoadTransport(benchmarkName: self.transport) ?? .webSocket
        var plan = LoadPlan(scenario: scenario, target: target, transport: transport)
        standard(&plan)
        plan.clients = self.clients ?? plan.clients
        plan.batchCount = self.batchCount ?? plan.batchCount
        plan.batchSize = self.batchSize ?? plan.batchSize
        plan.batchPause = self.batchPause ?? plan.batchPause
        plan.messageSize = self.messageSize
        plan.isRandomized = self.randomize
        plan.acknowledges = self.ack
        plan.channel = self.channel
        self.run.apply(to: &plan)
        return plan
    }

    /// Does it, and prints what was seen.
    ///
    /// - Throws: `ExitCode` 1 when messages were lost or doubled; ``CommandFailure`` when it could not be done.
    func run(_ scenario: LoadScenario, _ standard: (inout LoadPlan) -> Void) async throws {
        BenchChildren.endWithThisProcess()
        guard let url = self.url else {
            let server = try await LocalServer.start(eventLoops: self.serverLoops, arguments: self.serverArgument)
            let plan = self.plan(scenario, server.target, standard)
            let result: Result<Bool, any Error>
            do {
                result = .success(try await self.measure(plan, .process(server.processID)))
            } catch {
                result = .failure(error)
            }
            await server.stop()
            guard try result.get() else { throw ExitCode(1) }
            return
        }
        guard let target = LoadTarget(url: url) else {
            throw CommandFailure(
                .usage,
                "'\(url)' is no http or https URL; one looks like http://127.0.0.1:8080/cometd"
            )
        }
        let plan = self.plan(scenario, target, standard)
        guard try await self.measure(plan, await .of(plan.target, process: self.run.serverPid)) else {
            throw ExitCode(1)
        }
    }

    /// - Returns: Whether all that was sent arrived, once.
    private func measure(_ plan: LoadPlan, _ probe: ServerProbe) async throws -> Bool {
        let result = try await BenchRun(plan: plan, warmups: self.run.warmups, probe: probe).run()
        try BenchOutput.write(result, json: self.run.json)
        return result.isComplete
    }
}

import ArgumentParser
import CometDBench

/// How a benchmark is run, whatever it does: the options that its scenarios and `bench client` have.
struct RunArguments: ParsableArguments {
    @Option(help: ArgumentHelp("How many threads this program loads with.", valueName: "number"))
    var eventLoops: Int?

    @Option(
        help: ArgumentHelp(
            "How many processes do it, each the whole of it with a root channel of its own.",
            valueName: "number"
        )
    )
    var processes = 1

    @Option(help: ArgumentHelp("How often a fifth of it is done before it is measured.", valueName: "number"))
    var warmups = 1

    @Option(help: ArgumentHelp("Write the figures of each run there, too, as JSON.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Messages that take longer are late, in milliseconds.", valueName: "ms"))
    var lateAfter = 1000

    @Option(help: ArgumentHelp("What has not arrived after this silence is lost, in seconds.", valueName: "seconds"))
    var patience = 10.0

    @Option(help: ArgumentHelp("How many sessions are made at a time.", valueName: "number"))
    var concurrency = 64

    @Option(help: ArgumentHelp("What random choices begin with.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "A PEM file with the roots of the server's certificate; without it any certificate is taken.",
            valueName: "file"
        )
    )
    var ca: String?

    @Option(
        help: ArgumentHelp(
            "The server's process on this machine, to measure. A server of `cometd bench server` is asked without it.",
            valueName: "pid"
        )
    )
    var serverPid: Int32?

    mutating func validate() throws {
        guard 1...1024 ~= self.eventLoops ?? 1 else { throw ValidationError("--event-loops takes a number from 1") }
        guard 1...100 ~= self.processes else { throw ValidationError("--processes takes a number from 1 to 100") }
        guard 0...100 ~= self.warmups else { throw ValidationError("--warmups takes a number from 0 to 100") }
        guard 1...3_600_000 ~= self.lateAfter else { throw ValidationError("--late-after takes milliseconds above 0") }
        guard self.patience > 0, self.patience <= 3600 else {
            throw ValidationError("--patience takes seconds above 0, at most 3600")
        }
        guard 1...100_000 ~= self.concurrency else { throw ValidationError("--concurrency takes a number from 1") }
    }

    /// Puts the options into a plan.
    func apply(to plan: inout LoadPlan) {
        plan.eventLoops = self.eventLoops ?? plan.eventLoops
        plan.processes = self.processes
        plan.lateAfter = self.lateAfter
        plan.patience = self.patience
        plan.concurrency = self.concurrency
        plan.seed = self.seed
        plan.target.trustRoots = self.ca
    }
}

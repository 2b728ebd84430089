import ArgumentParser

/// `cometd bench`: loads servers, and measures them.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Load a Bayeux server, and measure it.",
        discussion: """
            server and client are the benchmark of CometD's reference book: both ask for
            their parameters. The others are scenarios that ask for nothing: without --url
            they start a server of their own on this machine.
            """,
        subcommands: [
            BenchServerCommand.self, BenchClientCommand.self, BenchFanoutCommand.self, BenchRoomsCommand.self,
            BenchEchoCommand.self, BenchChurnCommand.self, BenchIdleCommand.self, BenchSlowCommand.self,
            BenchWorkerCommand.self,
        ]
    )
}

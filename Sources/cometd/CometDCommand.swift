import ArgumentParser
import CometDServer
import Foundation

/// The command line of CometD.
@main
struct CometDCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cometd",
        abstract: "A Bayeux server and client, compatible with CometD.",
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, InitCommand.self, SubscribeCommand.self, PublishCommand.self, CallCommand.self,
            PingCommand.self, BenchCommand.self,
        ]
    )

    /// Runs the command that the arguments name; whatever goes wrong is one line on standard error.
    static func main() async {
        do {
            var command = try await Self.asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Self.end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        // Help, the version and completion scripts are errors with status 0.
        guard !Self.exitCode(for: error).isSuccess else { Self.exit(withError: error) }
        // What there was to tell has been told.
        if error is ExitCode { Self.exit(withError: error) }
        let failure = Self.failure(of: error)
        FileHandle.standardError.write(Data("error: \(failure.message)\n".utf8))
        Self.exit(withError: ExitCode(failure.code.exitStatus))
    }

    /// An error as one line.
    static func failure(of error: any Error) -> CommandFailure {
        if let failure = error as? CommandFailure { return failure }
        let message = Self.message(for: error).split(separator: "\n").first.map { String($0) } ?? "\(error)"
        // The argument parser begins its messages with a capital letter and ends them with a full stop.
        let words = message.prefix(1).lowercased() + message.dropFirst()
        let isUsage = Self.exitCode(for: error) == .validationFailure
        return CommandFailure(isUsage ? .usage : .failure, words.hasSuffix(".") ? String(words.dropLast()) : words)
    }
}

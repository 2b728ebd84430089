import ArgumentParser
import Bayeux
import CometDClient

/// `cometd call`: calls a function of the server and prints its result.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Call a function of the server.",
        usage: "cometd call <url> <target> [<data>] [<option> ...]",
        discussion: ClientHelp.discussion(
            """
            Prints the function's result as JSON. When the function fails, what it says
            is printed on standard error, and the status is 2.
            """,
            examples: [
                #"call http://127.0.0.1:8080/cometd rpc/echo '{"x":1}'"#,
                "call http://127.0.0.1:8080/cometd contacts/17 --timeout 2",
            ],
            statuses:
                "Exit status: 0 done; 1 failed; 2 the function has failed; 64 called in a wrong way. See docs/command-line.md."
        )
    )

    /// The status when the function itself fails.
    static let failedStatus: Int32 = 2

    @Argument(help: ArgumentHelp("Where the server lives.", valueName: "url"))
    var url: String

    @Argument(
        help: ArgumentHelp("The function's target, such as contacts/17.", valueName: "target"),
        transform: Self.target
    )
    var target: ChannelArgument

    @OptionGroup var payload: PayloadArguments

    @OptionGroup(title: "Connection")
    var connection: ConnectionArguments

    func run() async throws {
        // Clients of CometD send an empty object when there is no argument.
        let payload = try self.payload.payload() ?? JSONBytes(.object([:]))
        let command = try self.connection.client(self.url)
        let message = BayeuxMessage(channel: self.target.id.name, data: payload)
        try await command.inSession { session in
            let (client, limit) = (session.client, session.limit)
            do {
                // The call has a limit of its own, which starts when it leaves.
                let result = try await client.call(message, timeout: limit)
                try StandardOutput.write(line: MessageFormat.oneLine((result.data ?? JSONBytes(.null)).buffer))
            } catch let error as ClientError where error.code == .callFailed {
                StandardOutput.note(MessageFormat.oneLine((error.data ?? JSONBytes(.null)).buffer))
                throw ExitCode(Self.failedStatus)
            } catch let error as ClientError where error.code == .timeout {
                let target = message.channel?.dropFirst("/service/".count) ?? ""
                throw CommandFailure(
                    .failure,
                    "no result within \(limit.inWords): is '\(target)' a function of the server? See --timeout"
                )
            } catch let error as ClientError {
                throw CommandFailure.talking(to: session.place, error)
            }
        }
    }

    /// Reads a target: the channel without `/service/`, which may be given all the same.
    static func target(_ text: String) throws -> ChannelArgument {
        try ChannelArgument(text.hasPrefix("/service/") ? text : "/service/" + text, for: .publishing)
    }
}

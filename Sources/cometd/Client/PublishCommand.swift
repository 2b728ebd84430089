import ArgumentParser
import Bayeux
import CometDClient

/// `cometd publish`: publishes messages, and waits until the server has acknowledged each.
struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish messages to a channel.",
        usage: "cometd publish <url> <channel> [<data>] [--text] [--file <file>] [<option> ...]",
        discussion: ClientHelp.discussion(
            """
            Publishes the payload, or without one each line of standard input as a message
            of its own. Every message is acknowledged by the server before the next one
            leaves, and before the command ends.
            """,
            examples: [
                #"publish http://127.0.0.1:8080/cometd /chat/tea '{"text":"hello"}'"#,
                "publish http://127.0.0.1:8080/cometd /chat/tea --text hello",
                "publish http://127.0.0.1:8080/cometd /orders --file order.json",
                "publish http://127.0.0.1:8080/cometd /log --text < today.log",
            ]
        )
    )

    @Argument(help: ArgumentHelp("Where the server lives.", valueName: "url"))
    var url: String

    @Argument(
        help: ArgumentHelp("The channel, no pattern.", valueName: "channel"),
        transform: { try ChannelArgument($0, for: .publishing) }
    )
    var channel: ChannelArgument

    @OptionGroup var payload: PayloadArguments

    @OptionGroup(title: "Connection")
    var connection: ConnectionArguments

    func run() async throws {
        let payload = try self.payload.payload()
        let command = try self.connection.client(self.url)
        try await command.inSession { session in
            if let payload {
                try await self.publish(payload, in: session)
            } else {
                try await self.publishLines(in: session)
            }
        }
    }

    private func publishLines(in session: CommandClient) async throws {
        var number = 0
        while let line = await InputLines.next() {
            number += 1
            // An empty line is a text, but no JSON.
            if self.payload.syntax == .json, line.allSatisfy(\.isWhitespace) { continue }
            let payload = try self.payload.syntax.payload(line, from: "line \(number) of standard input")
            try await self.publish(payload, in: session)
        }
    }

    private func publish(_ payload: JSONBytes, in session: CommandClient) async throws {
        let (client, channel) = (session.client, self.channel.id.name)
        try await session.limited { try await client.publish(payload, to: channel) }
    }
}

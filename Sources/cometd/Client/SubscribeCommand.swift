import ArgumentParser
import Bayeux
import CometDClient
import Foundation
import UnixSignals

/// `cometd subscribe`: prints the messages of channels.
struct SubscribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribe",
        abstract: "Print the messages of channels.",
        usage: "cometd subscribe <url> <channel> ... [--json] [--count <number>] [<option> ...]",
        discussion: ClientHelp.discussion(
            """
            Prints each message on a line: the channel and the payload on a terminal,
            the whole message as JSON otherwise. What happens to the connection is told
            on standard error. It goes on until it is interrupted, which ends the session
            in order and gives the status 130.
            """,
            examples: [
                "subscribe http://127.0.0.1:8080/cometd '/chat/**'",
                "subscribe https://example.com/cometd /prices/acme /news --count 10",
                "subscribe http://127.0.0.1:8080/cometd /orders --json --ack | jq .data",
            ]
        )
    )

    /// Why the command ends.
    private enum Ending {
        /// As many messages have come as were wanted.
        case counted
        /// The server has ended the session in order.
        case over
        case interrupted(status: Int32)
    }

    @Argument(help: ArgumentHelp("Where the server lives.", valueName: "url"))
    var url: String

    @Argument(
        help: ArgumentHelp("A channel, or a pattern: /chat/tea, /chat/*, /chat/**.", valueName: "channel"),
        transform: { try ChannelArgument($0, for: .subscribing) }
    )
    var channels: [ChannelArgument]

    @Flag(help: "Print whole messages as JSON, also on a terminal.")
    var json = false

    @Option(help: ArgumentHelp("End after so many messages.", valueName: "number"))
    var count: Int?

    @Flag(help: "Let the server keep messages until they have arrived, if it can: the ack extension.")
    var ack = false

    @Flag(help: "Do not tell on standard error what happens to the connection.")
    var quiet = false

    @Flag(help: .hidden)
    var replay = false

    @OptionGroup(title: "Connection")
    var connection: ConnectionArguments

    mutating func validate() throws {
        guard !self.replay else {
            throw ValidationError("--replay is reserved for the replay of old messages, which does not exist yet")
        }
        if let count = self.count, count < 1 { throw ValidationError("--count takes a number of at least 1") }
    }

    func run() async throws {
        let command = try self.connection.client(
            self.url,
            extensions: self.ack ? [AcknowledgementClientExtension()] : []
        )
        // From here on, a signal does not end the process by itself.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let result: Result<Ending, any Error>
        do {
            result = .success(try await self.subscribe(command, until: signals))
        } catch {
            result = .failure(error)
        }
        await command.disconnect()
        if case .interrupted(let status) = try result.get() { throw ExitCode(status) }
    }

    private func subscribe(_ command: CommandClient, until signals: UnixSignalsSequence) async throws -> Ending {
        try await withThrowingTaskGroup(of: Ending?.self) { group in
            defer { group.cancelAll() }
            if !self.quiet {
                let client = command.client
                let (states, failures) = (client.states, client.failures)
                group.addTask {
                    await ConnectionReporter.run(client, states, failures)
                    return nil
                }
            }
            group.addTask {
                for await signal in signals { return .interrupted(status: 128 + signal.rawValue) }
                return nil
            }
            let printer = try self.printer()
            group.addTask { try await self.printMessages(of: command, with: printer) }
            while let ending = try await group.next() {
                if let ending { return ending }
            }
            return .over
        }
    }

    private func printer() throws -> MessagePrinter {
        let isJSON = self.json || !StandardOutput.isTerminal
        return MessagePrinter(
            isJSON ? .json : .pretty(hasColors: StandardOutput.hasColors),
            of: try self.channels.map { try ChannelPattern($0.id.name) },
            count: self.count
        ) { line in try StandardOutput.write(line: line) }
    }

    private func printMessages(of command: CommandClient, with printer: MessagePrinter) async throws -> Ending {
        try await command.handshake()
        let isQuiet = self.quiet
        return try await withThrowingTaskGroup(of: Ending.self) { group in
            defer { group.cancelAll() }
            for (index, channel) in self.channels.enumerated() {
                group.addTask {
                    let messages = command.client.messages(on: channel.id.name)
                    do {
                        try await command.limited { try await messages.waitUntilSubscribed() }
                        if !isQuiet { StandardOutput.note("subscribed to \(channel.id.name)") }
                        for try await message in messages {
                            guard try await printer.print(message, of: index) else { return .counted }
                        }
                    } catch let error as ClientError {
                        throw CommandFailure.talking(to: command.place, error)
                    }
                    return .over
                }
            }
            // The first that ends tells how it ends: all that is wanted, or no session any more.
            return try await group.next() ?? .over
        }
    }
}

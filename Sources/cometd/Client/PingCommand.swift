import ArgumentParser
import Bayeux
import CometDClient
import CometDServer
import Foundation

/// `cometd ping`: shakes hands with a server, and prints what it says about itself.
struct PingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Tell whether a server works, and how.",
        usage: "cometd ping <url> [--count <number>] [--json] [<option> ...]",
        discussion: ClientHelp.discussion(
            """
            Shakes hands, and prints the transport, the extensions that the server has,
            its advice, how far its clock is off, and how long messages take to be
            acknowledged.
            """,
            examples: [
                "ping http://127.0.0.1:8080/cometd",
                "ping https://example.com/cometd --transport long-polling --json",
            ]
        )
    )

    /// Where messages are published that nobody is to get.
    private static let channel = "/service/ping"

    @Argument(help: ArgumentHelp("Where the server lives.", valueName: "url"))
    var url: String

    @Option(help: ArgumentHelp("How many messages to measure.", valueName: "number"))
    var count = 3

    @Flag(help: "Print a JSON object.")
    var json = false

    @OptionGroup(title: "Connection")
    var connection: ConnectionArguments

    mutating func validate() throws {
        guard 1...10_000 ~= self.count else { throw ValidationError("--count takes a number from 1 to 10000") }
    }

    func run() async throws {
        // The last answer is the best one: the connection need not be made for it.
        let timesync = TimesyncClientExtension(maxSamples: 1)
        let command = try self.connection.client(self.url, extensions: [AcknowledgementClientExtension(), timesync])
        // Begun before the handshake, so that its reply is seen.
        let replies = command.client.messages(on: "/meta/handshake")
        var report = PingReport(url: self.url)
        report = try await command.inSession { session in
            var report = report
            for try await reply in replies where reply.isSuccessful == true {
                report.take(handshake: reply)
                break
            }
            let client = session.client
            _ = try await session.limited { try await client.wait(for: .connected) }
            report.transport = client.connectionType?.rawValue ?? ""
            report.advice = client.advice
            for _ in 0..<self.count { report.roundTrips.append(try await Self.roundTrip(session)) }
            if report.extensions.contains("timesync") { report.clockOffset = timesync.timeOffset }
            return report
        }
        report.tls = await self.tlsFacts(of: command)
        try StandardOutput.write(line: self.json ? report.json.description : report.text)
    }

    /// How long a message takes to be acknowledged; one that is refused tells that as well.
    private static func roundTrip(_ session: CommandClient) async throws -> Duration {
        let client = session.client
        let message = BayeuxMessage(channel: Self.channel, data: JSONBytes(.object([:])))
        let clock = ContinuousClock()
        let start = clock.now
        try await session.limited {
            do {
                _ = try await client.publish(message)
            } catch let error as ClientError where error.code == .refused {}
        }
        return clock.now - start
    }

    /// What is known of the encryption; `nil` when there is none.
    private func tlsFacts(of command: CommandClient) async -> PingReport.TLS? {
        guard command.place.isSecure else { return nil }
        guard self.connection.proxy == nil else { return .unknown("not read through a proxy") }
        do {
            let tls = try self.connection.tls()
            return .known(try await TLSProbe(place: command.place, tls: tls, limit: command.limit).facts())
        } catch {
            return .unknown(ClientError(.unreachable, cause: error).reason.onOneLine)
        }
    }
}

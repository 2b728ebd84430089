import ArgumentParser
import CometDBench
import Foundation

/// `cometd bench worker`: one of several processes that load a server; another `cometd bench` talks to it.
///
/// The first line of its input is a plan as JSON. `open` makes the sessions and answers how long that took,
/// `iterate NUMBER SHARE` does the work and answers what was seen. It ends with its input.
struct BenchWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Load for another process.",
        shouldDisplay: false
    )

    func run() async throws {
        OpenFiles.allowMost()
        // A signal of the terminal is for the process that talks to this one.
        signal(SIGINT, SIG_IGN)
        guard let line = await InputLines.next() else { return }
        let generator: LoadGenerator
        do {
            generator = try await LoadGenerator(JSONDecoder().decode(LoadPlan.self, from: Data(line.utf8)))
        } catch {
            return try StandardOutput.write(line: "error \(error)")
        }
        while let line = await InputLines.next() {
            let words = line.split(separator: " ")
            do {
                if words.first == "open" {
                    try Self.answer(try await generator.open())
                } else if words.count == 3, let number = UInt32(words[1]), let share = Double(words[2]) {
                    try Self.answer(try await generator.iterate(number, share: share))
                }
            } catch let error as LoadError {
                try StandardOutput.write(line: "error \(error)")
            }
        }
        await generator.close()
    }

    private static func answer(_ value: some Encodable) throws {
        try StandardOutput.write(line: String(decoding: JSONEncoder().encode(value), as: UTF8.self))
    }
}

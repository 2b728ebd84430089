import ArgumentParser
import Bayeux
import CometDServer
import Foundation

/// Where a command takes a payload from.
struct PayloadArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("The payload, as JSON.", valueName: "data"))
    var data: String?

    @Flag(help: "Take what is given as text, and send it as a JSON string.")
    var text = false

    @Option(help: ArgumentHelp("A file whose content is the payload.", valueName: "file"))
    var file: String?

    mutating func validate() throws {
        guard self.data == nil || self.file == nil else {
            throw ValidationError("give the payload or --file, not both")
        }
    }

    /// How texts become payloads.
    var syntax: PayloadSyntax { self.text ? .text : .json }

    /// The payload of the command line, or of the file; `nil` when there is neither.
    ///
    /// - Throws: ``CommandFailure`` when it should be JSON and is not, or the file cannot be read.
    func payload() throws(CommandFailure) -> JSONBytes? {
        if let data = self.data { return try self.syntax.payload(data, from: "the payload") }
        guard let path = self.file else { return nil }
        let content: Data
        do {
            content = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandFailure(.usage, "cannot read the file '\(path.onOneLine)' of --file")
        }
        guard let text = String(data: content, encoding: .utf8) else {
            throw CommandFailure(.usage, "the file '\(path.onOneLine)' is not UTF-8")
        }
        return try self.syntax.payload(text, from: "the file '\(path.onOneLine)'")
    }
}

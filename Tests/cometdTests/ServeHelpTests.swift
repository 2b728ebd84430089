import CometDServer
import Foundation
import Testing

@testable import cometd

@Suite("ServeHelp")
struct ServeHelpTests {
    @Test func `the help lists every option`() {
        let flags =
            ServerOptions.table.options.map(\.shownName)
            + ServeSettings.table.sections.dropFirst().flatMap(\.options).map(\.shownName)
        for flag in flags {
            #expect(ServeHelp.text.contains("  --\(OptionName.kebabCase(flag)) "), "\(flag)")
        }
    }

    @Test func `no line of the help is wider than a terminal`() {
        for line in ServeHelp.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test func `the documentation lists the command's own options`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let document = try String(contentsOf: root.appending(path: "docs/options.md"), encoding: .utf8)
        for option in ServeSettings.table.options {
            let text = option.text(in: ServeSettings())
            let shown = text.isEmpty ? "none" : "`\(text)`"
            let value = option.name == "eventLoops" ? "the number of cores" : shown

            #expect(document.contains("| `\(option.name)` | \(value) |"), "\(option.name)")
        }
    }
}

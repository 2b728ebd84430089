import Foundation
import PackagePlugin

/// Makes Swift source of the files below `Web`, so that they are part of the program.
@main
struct EmbedWebFiles: BuildToolPlugin {
    /// What is embedded, below `Web`.
    private static let folders = ["dist", "demos", "primer"]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let output = context.pluginWorkDirectoryURL.appending(path: "WebFile+Embedded.swift")
        // SwiftPM does not ask a plugin again when files come or go outside of targets, and fails when a file that was
        // named as an input is gone. So the tool itself looks for the files, in each build: its only input is a file
        // that it writes, and its output stays untouched while it would be the same.
        let round = context.pluginWorkDirectoryURL.appending(path: "round")
        if !FileManager.default.fileExists(atPath: round.path) { try Data().write(to: round) }
        return [
            .buildCommand(
                displayName: "Embedding the files of Web",
                executable: try context.tool(named: "cometd-embed").url,
                arguments: [context.package.directoryURL.appending(path: "Web").path, output.path, round.path]
                    + Self.folders,
                inputFiles: [round],
                outputFiles: [output]
            )
        ]
    }
}

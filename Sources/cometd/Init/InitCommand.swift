import ArgumentParser
import CometDServer
import Foundation
import NIOCore

/// `cometd init`: writes a small project to begin with.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a project: a server that greets, and a page.",
        usage: "cometd init <name> [--flavour <flavour>] [--path <folder>] [--cometd <place>]",
        discussion: """
            Writes a Swift package with a server on Hummingbird, a service at
            /service/hello, and a page that talks to it with the JavaScript client.

            EXAMPLES:
              cometd init hello
              cometd init hello --flavour jquery --path ~/projects/hello
              cometd init hello --cometd https://example.com/cometd.git
            """
    )

    @Argument(help: "The project's name: a letter, then letters, digits, '-' and '_'.")
    var name: String

    @Option(help: ArgumentHelp("How the page is written: plain or jquery.", valueName: "flavour"))
    var flavour = PrimerFlavour.plain

    @Option(
        help: ArgumentHelp(
            "The folder to make; it may exist when it is empty. (default: the name)",
            valueName: "folder"
        )
    )
    var path: String?

    @Option(
        help: ArgumentHelp(
            "Where the project gets CometD from: the path of its folder, or the URL of its repository. (default: the "
                + "folder that this program was built in)",
            valueName: "place"
        )
    )
    var cometd: String?

    func run() async throws {
        let executable = Bundle.main.executablePath ?? CommandLine.arguments.first ?? ""
        let name = try ProjectName(self.name)
        let project = Project(
            name: name,
            flavour: self.flavour,
            cometd: try CometDSource(self.cometd, executable: executable),
            jQuery: try Self.jQuery()
        )
        let folder = ProjectFolder(path: self.path ?? name.text)
        try folder.write(project.files)
        print("Made \(folder.path.shownOnOneLine). To start it: cd '\(folder.path)' && swift run \(name.text)")
    }

    /// jQuery, where it is installed.
    private static func jQuery() throws(CommandFailure) -> ByteBuffer? {
        guard case .file(let path) = try DemoLibraries(folder: "").location(of: "jquery.js"),
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return ByteBuffer(bytes: data)
    }
}

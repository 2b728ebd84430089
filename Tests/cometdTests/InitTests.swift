import ArgumentParser
import CometDWeb
import Foundation
import NIOCore
import Testing

@testable import cometd

@Suite("InitCommand")
struct InitTests {
    /// A folder that ends with the test.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "init-tests-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: self.url, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: self.url) }

        var path: String { self.url.path }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func files(
        _ flavour: PrimerFlavour,
        cometd: CometDSource = .folder(path: "/src/cometd"),
        jQuery: ByteBuffer? = nil
    ) throws -> [String: String] {
        let project = Project(name: try ProjectName("hello"), flavour: flavour, cometd: cometd, jQuery: jQuery)
        return Dictionary(uniqueKeysWithValues: project.files.map { ($0.path, String(buffer: $0.content)) })
    }

    @Test func `a project has a manifest, a server with a service, and a page with the library`() throws {
        let files = try self.files(.plain)

        #expect(
            files.keys.sorted() == [
                ".gitignore", "Package.swift", "Public/application.js", "Public/index.html", "Public/js/esm/cometd.js",
                "Public/style.css", "README.md", "Sources/hello/HelloService.swift", "Sources/hello/main.swift",
            ]
        )
        #expect(files["Package.swift"]?.contains(#".package(name: "cometd", path: "/src/cometd")"#) == true)
        #expect(
            files["Public/js/esm/cometd.js"] == WebFiles.library.content(of: "esm/cometd.js").map { String(buffer: $0) }
        )
    }

    @Test(arguments: PrimerFlavour.allCases)
    func `nothing is left to be filled in, and pages need no script or style of their own`(
        flavour: PrimerFlavour
    ) throws {
        for (path, text) in try self.files(flavour) where !path.hasPrefix("Public/js/") {
            #expect(!text.contains("{{"), "\(path)")
        }
        let page = try #require(try self.files(flavour)["Public/index.html"])
        #expect(!page.contains("<script>") && !page.contains("<style") && page.contains("<h1>hello</h1>"))
    }

    @Test func `the page with jQuery has its own when it is at hand, else that of the public network`() throws {
        let own = try self.files(.jquery, jQuery: ByteBuffer(string: "jQuery"))
        #expect(own["Public/js/jquery/jquery.js"] == "jQuery")
        #expect(own["Public/index.html"]?.contains(#"<script src="js/jquery/jquery.js">"#) == true)
        #expect(own["Public/js/cometd/cometd.js"] != nil && own["Public/js/jquery/jquery.cometd.js"] != nil)

        let foreign = try self.files(.jquery)
        #expect(foreign["Public/js/jquery/jquery.js"] == nil)
        #expect(foreign["Public/index.html"]?.contains(#"<script src="https://cdn.jsdelivr.net/npm/jquery@"#) == true)
    }

    @Test func `CometD may come from a repository`() throws {
        let files = try self.files(.plain, cometd: .repository(url: "https://example.com/some/cometd-swift.git"))
        let manifest = try #require(files["Package.swift"])

        #expect(manifest.contains(#".package(url: "https://example.com/some/cometd-swift.git", branch: "main")"#))
        #expect(manifest.contains(#".product(name: "CometDServer", package: "cometd-swift")"#))
    }

    @Test(arguments: ["hello", "Hello_World-2", "x", String(repeating: "x", count: 64)])
    func `a name is a word`(name: String) throws {
        #expect(try ProjectName(name).text == name)
    }

    @Test(arguments: [
        "", "1st", "-x", "_x", "a b", "a/b", "../x", "é", "a.b", "a\nb", String(repeating: "x", count: 65), "class",
        "Self", "main", "cometd", "CometDServer", "Bayeux", "Hummingbird", "swift", "NIOCore",
    ])
    func `what cannot be the name of a target is refused`(name: String) {
        #expect {
            try ProjectName(name)
        } throws: { error in
            let failure = error as? CommandFailure
            return failure?.code == .usage && failure?.message.contains("is no name for a project") == true
        }
    }

    @Test func `the flavours are plain and jquery`() {
        let failure = self.failure(["hello", "--flavour", "dojo"])
        #expect(failure?.code == .usage)
        #expect(failure?.message.contains("'plain' and 'jquery'") == true, "\(failure?.message ?? "")")
        #expect(self.failure([])?.code == .usage)
    }

    @Test func `CometD is where the program was built, unless told otherwise`() throws {
        let program = "\(Self.root)/.build/debug/cometd"
        #expect(try CometDSource(nil, executable: program) == .folder(path: Self.root))
        #expect(try CometDSource("\(Self.root)/docs/..", executable: "") == .folder(path: Self.root))
        #expect(try CometDSource("git@example.com:x/y.git", executable: "").package == "y")
        for (argument, program) in [(nil, "/usr/bin/cometd"), ("/no/such/folder", ""), ("https://a\"b", "")] {
            #expect(throws: CommandFailure.self) { try CometDSource(argument, executable: program) }
        }
    }

    @Test func `files are written into a folder that is new or empty`() throws {
        let folder = try Folder()
        let files = Project(
            name: try ProjectName("hello"),
            flavour: .plain,
            cometd: .folder(path: "/x"),
            jQuery: nil
        ).files
        let project = ProjectFolder(path: "\(folder.path)/new/hello")
        try project.write(files)

        for file in files {
            let written = try Data(contentsOf: URL(filePath: "\(project.path)/\(file.path)"))
            #expect(file.content.readableBytesView.elementsEqual(written), "\(file.path)")
        }
        let message = "cannot make a project in '\(project.path)': it is not empty"
        #expect(throws: CommandFailure(.failure, message)) { try project.write(files) }
        let file = "\(project.path)/README.md"
        #expect(throws: CommandFailure(.failure, "cannot make a project in '\(file)': it is no folder")) {
            try ProjectFolder(path: file).write(files)
        }
    }

    /// What `cometd init` says to arguments that it does not take.
    private func failure(_ arguments: [String]) -> CommandFailure? {
        do {
            _ = try CometDCommand.parseAsRoot(["init"] + arguments)
            return nil
        } catch {
            return CometDCommand.failure(of: error)
        }
    }
}

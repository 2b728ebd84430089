import CometDWeb
import NIOCore

/// A new project: a server that greets, and its page.
struct Project {
    let name: ProjectName
    let flavour: PrimerFlavour
    let cometd: CometDSource
    /// jQuery, if it is at hand; otherwise the page loads it from the public network.
    let jQuery: ByteBuffer?

    /// A file of a project.
    struct File {
        /// Its path in the project's folder.
        let path: String
        let content: ByteBuffer
    }

    /// Where jQuery lies in the project.
    private static let jQueryPath = "js/jquery/jquery.js"

    /// The files of the project.
    var files: [File] {
        let target = "Sources/\(self.name.text)"
        let templates = [
            ("project/Package.swift.txt", "Package.swift"), ("project/README.md.txt", "README.md"),
            ("project/gitignore.txt", ".gitignore"), ("project/main.swift.txt", "\(target)/main.swift"),
            ("project/HelloService.swift.txt", "\(target)/HelloService.swift"),
            ("public/style.css", "Public/style.css"), ("\(self.flavour.rawValue)/index.html", "Public/index.html"),
            ("\(self.flavour.rawValue)/application.js", "Public/application.js"),
        ]
        var files = templates.compactMap { template, path in
            WebFiles.primer.content(of: template).map { File(path: path, content: self.filled($0)) }
        }
        files += self.flavour.library.compactMap { path in
            WebFiles.library.content(of: path).map { File(path: "Public/js/\(path)", content: $0) }
        }
        if self.flavour == .jquery, let jQuery {
            files.append(File(path: "Public/\(Self.jQueryPath)", content: jQuery))
        }
        return files
    }

    /// A template with what belongs into it.
    private func filled(_ template: ByteBuffer) -> ByteBuffer {
        let jQuery = self.jQuery == nil ? DemoLibrary.jQueryAddress : Self.jQueryPath
        var text = String(buffer: template)
        for (mark, value) in [
            ("name", self.name.text), ("dependency", self.cometd.dependency), ("package", self.cometd.package),
            ("jquery", jQuery),
        ] {
            text = text.replacing("{{\(mark)}}", with: value)
        }
        return ByteBuffer(string: text)
    }
}

import Foundation
import Testing

/// Every Swift block of the articles stands in one of this target's files, and so is compiled and run.
@Suite struct ArticleTests {
    /// A block of an article.
    struct Block: Sendable, CustomTestStringConvertible {
        let article: String
        let number: Int
        let lines: [String]

        var testDescription: String { "\(self.article), block \(self.number)" }
    }

    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    private static let sources = Self.tests.appending(path: "../../Sources").standardizedFileURL

    /// The files below a folder that end in something, with their paths.
    private static func files(in folder: URL, endingIn end: String) -> [(path: String, text: String)] {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(end) }.sorted().compactMap { path in
            (try? String(contentsOf: folder.appending(path: path), encoding: .utf8)).map { (path, $0) }
        }
    }

    /// The lines of a text without indentation and without empty ones.
    private static func lines(of text: some StringProtocol) -> [String] {
        text.split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    /// The Swift blocks of all articles.
    static let blocks: [Block] = {
        var blocks: [Block] = []
        for (path, text) in Self.files(in: Self.sources, endingIn: ".md") where path.contains(".docc/") {
            let parts = text.components(separatedBy: "```")
            for (index, part) in parts.enumerated() where index % 2 == 1 && part.hasPrefix("swift\n") {
                blocks.append(Block(article: path, number: index / 2 + 1, lines: Self.lines(of: part.dropFirst(6))))
            }
        }
        return blocks
    }()

    private static let snippets = Self.files(in: Self.tests, endingIn: ".swift").map { Self.lines(of: $0.text) }

    @Test func `there are articles with Swift in them`() {
        #expect(Self.blocks.count > 30)
    }

    @Test(arguments: Self.blocks)
    func `a block of an article is compiled`(block: Block) {
        // What is imported stands at the top of the file, the rest somewhere in it, in one piece.
        let imports = block.lines.filter { $0.hasPrefix("import ") }
        let rest = block.lines.filter { !$0.hasPrefix("import ") }
        let isCompiled = Self.snippets.contains { file in
            imports.allSatisfy(file.contains) && file.indices.contains { file[$0...].starts(with: rest) }
        }
        #expect(isCompiled, "stands in no file of Tests/DocumentationTests:\n\(rest.joined(separator: "\n"))")
    }

    @Test(arguments: [
        "Bayeux", "CometDClient", "CometDClientNIO", "CometDServer", "CometDServerNIO", "CometDHummingbird",
        "CometDServices", "CometDTestKit", "CometDWeb",
    ])
    func `the index of a library lists its public types and macros`(library: String) throws {
        let folder = Self.sources.appending(path: library)
        let index = try String(
            contentsOf: folder.appending(path: "\(library).docc/\(library).md"),
            encoding: .utf8
        )
        let declaration = /public (?:final |indirect )?(?:class|struct|enum|protocol|actor|macro) (\w+)/
        for (path, text) in Self.files(in: folder, endingIn: ".swift") {
            for line in text.split(separator: "\n") {
                guard let name = line.prefixMatch(of: declaration)?.1 else { continue }
                #expect(index.contains("- ``\(name)``") || index.contains("- ``\(name)("), "\(name) of \(path)")
            }
        }
    }
}

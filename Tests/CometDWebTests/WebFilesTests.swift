import CometDWeb
import Foundation
import NIOCore
import Testing

@Suite("WebFiles")
struct WebFilesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Web")

    @Test(arguments: [("dist", WebFiles.library), ("demos", .demos), ("primer", .primer)])
    func `the program holds the files as they are on the disk, and no others`(folder: String, files: WebFiles) throws {
        let base = Self.root.appending(path: folder)
        let found = FileManager.default.subpaths(atPath: base.path) ?? []
        let expected = found.filter { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: base.appending(path: path).path, isDirectory: &isFolder)
            return !isFolder.boolValue && !path.split(separator: "/").contains { $0.hasPrefix(".") }
        }

        #expect(files.paths == expected.sorted())
        for path in expected {
            let content = try Data(contentsOf: base.appending(path: path))
            let embedded = try #require(files.content(of: path))
            #expect(embedded.readableBytesView.elementsEqual(content), "\(path): build again")
        }
    }

    @Test func `the library is there for all flavours`() {
        for path in [
            "cometd/cometd.js", "cometd/AckExtension.js", "jquery/jquery.cometd.js", "dojox/cometd.js",
            "angular/angular-cometd.js", "esm/cometd.js",
        ] {
            #expect(WebFiles.library.content(of: path) != nil, "\(path)")
        }
        #expect(WebFiles.library.content(of: "nothing.js") == nil)
    }
}

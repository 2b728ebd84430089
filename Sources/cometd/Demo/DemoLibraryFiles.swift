import Hummingbird
import Logging
import NIOPosix

/// Reads the installed ones of the libraries that pages of the demo load.
struct DemoLibraryFiles: FileProvider {
    /// Where the libraries are.
    let libraries: DemoLibraries
    private let files: LocalFileSystem

    /// Makes a reader of files.
    init(_ libraries: DemoLibraries) {
        self.libraries = libraries
        // It only tells the folder that it reads from, which would not be true.
        let silent = Logger(label: "cometd.demo", factory: { _ in SwiftLogNoOpLogHandler() })
        self.files = LocalFileSystem(rootFolder: "/", threadPool: .singleton, logger: silent)
    }

    func getFileIdentifier(_ path: String) -> String? {
        switch self.libraries.location(of: path.dropFirst()) {
        case .file(let path): path
        case .redirect, nil: nil
        }
    }

    func getAttributes(id: String) async throws -> LocalFileSystem.FileAttributes? {
        let attributes = try await self.files.getAttributes(id: id)
        return attributes?.isFolder == true ? nil : attributes
    }

    func loadFile(id: String, context: some RequestContext) async throws -> ResponseBody {
        try await self.files.loadFile(id: id, context: context)
    }

    func loadFile(id: String, range: ClosedRange<Int>, context: some RequestContext) async throws -> ResponseBody {
        try await self.files.loadFile(id: id, range: range, context: context)
    }
}

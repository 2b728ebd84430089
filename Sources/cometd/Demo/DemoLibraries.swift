import CometDServer
import Foundation

/// Where the libraries of others come from that pages of the demo load: from a folder, or from a public network.
struct DemoLibraries {
    /// Where a library is.
    private enum Place {
        /// A file, or a folder of files.
        case installed(String)
        case network
    }

    /// Where a request for a part of a library leads.
    enum Location: Hashable {
        case file(path: String)
        case redirect(to: String)
    }

    /// Where libraries lie unless the command is told otherwise: where Debian installs them.
    static let defaultFolder = "/usr/share/javascript"
    /// What stands for no folder on the command line.
    static let noFolder = "none"

    private let places: [(library: DemoLibrary, place: Place)]

    /// Looks which libraries are installed; the others come from the public network.
    ///
    /// - Parameter folder: Where they may lie; nothing: at the default folder if there is one; `none`: nowhere.
    /// - Throws: ``CommandFailure`` when the folder does not exist.
    init(folder: String) throws(CommandFailure) {
        let root = folder.isEmpty ? Self.defaultFolder : folder
        guard folder != Self.noFolder, folder.isEmpty || Self.isFolder(root) else {
            guard folder == Self.noFolder else {
                throw CommandFailure(.usage, "--demo-libraries: there is no folder '\(folder.shownOnOneLine)'")
            }
            self.places = DemoLibrary.all.map { ($0, .network) }
            return
        }
        self.places = DemoLibrary.all.map { library in
            let path = library.candidates.map { "\(root)/\($0)" }.first { path in
                library.isFolder ? Self.isFolder(path) : FileManager.default.fileExists(atPath: path)
            }
            return (library, path.map { .installed($0) } ?? .network)
        }
    }

    /// What pages may load scripts from besides the server itself, for a content security policy.
    var foreignSources: [String] {
        self.places.compactMap { library, place in
            switch place {
            case .installed: nil
            case .network: library.address
            }
        }
    }

    /// Where a file is.
    ///
    /// Names consist of letters, digits, `_`, `-`, and full stops that do not come first. So nothing leads out of the
    /// folder of a library but the links that stand in it.
    ///
    /// - Parameter name: The file's path below `/js/vendor`, as it stands in the request.
    /// - Returns: Where it is; `nil` when no library is called so. There need be no such file.
    func location(of name: Substring) -> Location? {
        let segments = name.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy({ Self.isName($0) }), let first = segments.first,
            let (library, place) = self.places.first(where: { $0.library.name == first }),
            library.isFolder == (segments.count > 1)
        else { return nil }
        let rest = segments.dropFirst().map { "/\($0)" }.joined()
        switch place {
        case .installed(let path): return .file(path: path + rest)
        case .network:
            let file = library.isFolder ? String(rest.dropFirst()) : library.file
            return .redirect(to: library.address + file)
        }
    }

    private static func isName(_ segment: Substring) -> Bool {
        segment.first != "." && !segment.isEmpty
            && segment.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

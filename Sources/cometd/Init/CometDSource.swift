import CometDServer
import Foundation

/// Where a new project gets CometD from.
enum CometDSource: Hashable {
    /// A folder of this machine.
    case folder(path: String)
    /// A repository.
    case repository(url: String)

    /// What tells a package of CometD from others.
    private static let mark = #"name: "cometd""#

    /// Finds CometD.
    ///
    /// - Parameters:
    ///   - argument: A path or a URL; `nil` for the package that the running program was built from.
    ///   - executable: The path of the running program.
    /// - Throws: ``CommandFailure`` when there is no CometD in the folder, or where the program comes from.
    init(_ argument: String?, executable: String) throws(CommandFailure) {
        guard let argument else {
            self = try Self.package(of: executable)
            return
        }
        if argument.contains("://") || argument.hasPrefix("git@") {
            guard
                argument.utf8.allSatisfy({
                    $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
                })
            else { throw CommandFailure(.usage, "--cometd: '\(argument.shownOnOneLine)' is no URL") }
            self = .repository(url: argument)
            return
        }
        let path = URL(filePath: argument).standardizedFileURL.path
        guard Self.isPackage(path) else {
            throw CommandFailure(.usage, "--cometd: there is no package of CometD in '\(argument.shownOnOneLine)'")
        }
        self = .folder(path: path)
    }

    /// The folder above the program that holds the package of CometD.
    private static func package(of executable: String) throws(CommandFailure) -> CometDSource {
        var folder = URL(filePath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            if Self.isPackage(folder.path) { return .folder(path: folder.path) }
            folder.deleteLastPathComponent()
        }
        throw CommandFailure(
            .usage,
            "tell where CometD is: --cometd takes the path of its folder, or the URL of its repository"
        )
    }

    private static func isPackage(_ path: String) -> Bool {
        guard let manifest = try? String(contentsOfFile: "\(path)/Package.swift", encoding: .utf8) else { return false }
        return manifest.contains(Self.mark)
    }

    /// The package as a manifest names it among the dependencies.
    var dependency: String {
        switch self {
        case .folder(let path):
            let literal = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return #".package(name: "cometd", path: "\#(literal)")"#
        case .repository(let url): return #".package(url: "\#(url)", branch: "main")"#
        }
    }

    /// What the package is called where its products are named.
    var package: String {
        switch self {
        case .folder: return "cometd"
        case .repository(let url):
            let last = url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map { String($0) } ?? url
            return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
        }
    }
}

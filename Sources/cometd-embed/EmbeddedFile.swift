import Foundation

/// A file that becomes part of the program.
struct EmbeddedFile {
    /// Where it lies, such as `dist/cometd/cometd.js`.
    let path: String
    /// What stands in it.
    let content: String

    /// Why a file cannot become part of the program.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Finds files.
    ///
    /// Hidden ones, backups of editors and what `node_modules` holds do not count, nor do symbolic links.
    ///
    /// - Parameters:
    ///   - root: The folder that paths begin at.
    ///   - folders: Where to look, below the root; those that do not exist are empty.
    /// - Returns: The files in the order of their paths.
    /// - Throws: ``Failure`` for a file that is no text in UTF-8, and whatever the file system does.
    static func all(in root: String, below folders: [String]) throws -> [EmbeddedFile] {
        var files: [EmbeddedFile] = []
        for folder in folders where FileManager.default.fileExists(atPath: "\(root)/\(folder)") {
            try self.add(folder, in: root, to: &files)
        }
        return files.sorted { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
    }

    private static func add(_ folder: String, in root: String, to files: inout [EmbeddedFile]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)") {
            guard !name.hasPrefix("."), !name.hasSuffix("~"), name != "node_modules" else { continue }
            let path = "\(folder)/\(name)"
            switch try FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")[.type] as? FileAttributeType {
            case .typeDirectory:
                try self.add(path, in: root, to: &files)
            case .typeRegular:
                let data = try Data(contentsOf: URL(filePath: "\(root)/\(path)"))
                guard let content = String(validating: data, as: UTF8.self) else {
                    throw Failure(description: "\(path) is no text in UTF-8, and only texts can be embedded")
                }
                files.append(EmbeddedFile(path: path, content: content))
            default:
                continue
            }
        }
    }
}

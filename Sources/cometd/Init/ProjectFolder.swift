import CometDServer
import Foundation
import NIOCore

/// The folder of a new project.
struct ProjectFolder {
    let path: String

    /// Writes files into the folder, which must be empty or not there yet.
    ///
    /// - Parameter files: The files.
    /// - Throws: ``CommandFailure`` when there is something in the folder already, or it cannot be written to.
    func write(_ files: [Project.File]) throws(CommandFailure) {
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        if manager.fileExists(atPath: self.path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw self.failure("it is no folder") }
            guard (try? manager.contentsOfDirectory(atPath: self.path).isEmpty) == true else {
                throw self.failure("it is not empty")
            }
        }
        for file in files {
            let place = URL(filePath: "\(self.path)/\(file.path)")
            do {
                try manager.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.content.readableBytesView).write(to: place, options: .withoutOverwriting)
            } catch {
                throw self.failure("cannot write \(file.path): \(error.localizedDescription.onOneLine)")
            }
        }
    }

    private func failure(_ reason: String) -> CommandFailure {
        CommandFailure(.failure, "cannot make a project in '\(self.path.shownOnOneLine)': \(reason)")
    }
}

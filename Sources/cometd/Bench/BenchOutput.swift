import CometDBench
import Foundation

/// Where a benchmark's figures go.
enum BenchOutput {
    /// Prints figures, and adds them to a file as one line of JSON.
    ///
    /// - Throws: ``CommandFailure`` when the file cannot be written.
    static func write(_ result: LoadResult, json path: String?) throws {
        for line in result.text { try StandardOutput.write(line: line) }
        guard let path else { return }
        let line = Data("\(result.json)\n".utf8)
        do {
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.seekToEnd()
            try file.write(contentsOf: line)
            try file.close()
        } catch {
            throw CommandFailure(.failure, "cannot write '\(path)': \(error.localizedDescription)")
        }
    }
}

import Foundation

/// What a process has used of the machine.
package struct ProcessUsage: Codable, Hashable, Sendable {
    /// CPU time in seconds, that of the system's work for it included.
    package var cpu = 0.0
    /// Resident memory, in bytes.
    package var resident = 0
    /// Memory that is no file's, in bytes.
    package var anonymous = 0
    /// The most resident memory so far, in bytes.
    package var peak = 0

    package init() {}

    /// Reads the use of a process on this machine; `nil` results when it cannot be seen, and without `/proc`.
    ///
    /// - Parameter id: The process; `nil` for the calling one.
    package init?(ofProcess id: Int32?) {
        guard let cpu = id.map({ SystemClock.cpu(ofProcess: $0) }) ?? SystemClock.ownCPU else { return nil }
        self.cpu = cpu
        let folder = "/proc/\(id.map { "\($0)" } ?? "self")"
        let memory = Self.kilobytes(in: folder + "/smaps_rollup")
        self.resident = memory["Rss", default: 0] * 1024
        self.anonymous = memory["Anonymous", default: 0] * 1024
        self.peak = Self.kilobytes(in: folder + "/status")["VmHWM", default: 0] * 1024
    }

    /// The numbers of lines such as `Rss:   1234 kB`.
    private static func kilobytes(in path: String) -> [String: Int] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [:] }
        var values: [String: Int] = [:]
        for line in text.split(separator: "\n") where line.hasSuffix("kB") {
            let parts = line.split { $0 == ":" || $0 == " " || $0 == "\t" }
            if parts.count == 3, let value = Int(parts[1]) { values[String(parts[0])] = value }
        }
        return values
    }
}

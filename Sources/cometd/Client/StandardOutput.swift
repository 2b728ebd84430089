import ArgumentParser
import Foundation

/// Standard output and standard error, a line at a time.
enum StandardOutput {
    /// Whether people read standard output.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether it may have colours: it is a terminal, and the variable `NO_COLOR` is not set.
    ///
    /// - SeeAlso: https://no-color.org
    static var hasColors: Bool {
        self.isTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Writes a line, at once.
    ///
    /// - Throws: `ExitCode` when nobody reads any more, as after `| head`; its status is that of SIGPIPE.
    static func write(line: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            throw ExitCode(128 + SIGPIPE)
        }
    }

    /// Writes a line to standard error; nobody can be told that it is closed.
    static func note(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }
}

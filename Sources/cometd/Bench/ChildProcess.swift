import Foundation

/// A process of this program's own executable, which is talked to line by line.
final class ChildProcess: Sendable {
    private let process: Process
    private let input: FileHandle
    private let lines: LineReader

    /// Starts the process; its standard error is this one's.
    ///
    /// - Parameter arguments: Its arguments, without the program's name.
    /// - Throws: ``CommandFailure`` when there can be no such process.
    init(_ arguments: [String]) throws {
        guard let executable = Bundle.main.executableURL else {
            throw CommandFailure(.failure, "the program does not know where it lies")
        }
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw CommandFailure(.failure, "cannot start another process: \(error.localizedDescription)")
        }
        self.process = process
        self.input = input.fileHandleForWriting
        self.lines = LineReader(output.fileHandleForReading)
        BenchChildren.started(process.processIdentifier)
    }

    /// The number of the process.
    var id: Int32 { self.process.processIdentifier }

    /// The next line that it prints; `nil` when it prints no more.
    func line() async -> String? { await self.lines.next() }

    /// Writes a line to its standard input.
    func send(_ line: String) throws {
        do {
            try self.input.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            throw CommandFailure(.failure, "a process of the benchmark has ended")
        }
    }

    /// Ends its input, and waits for its end.
    ///
    /// - Parameter asksToEnd: Whether it is sent SIGTERM.
    func end(asksToEnd: Bool) async {
        try? self.input.close()
        if asksToEnd, self.process.isRunning { self.process.terminate() }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                self.process.waitUntilExit()
                continuation.resume()
            }
        }
        BenchChildren.ended(self.id)
    }
}

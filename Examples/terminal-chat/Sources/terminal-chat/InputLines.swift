import Dispatch
import Foundation

/// The lines of standard input.
///
/// Reading blocks, so it is done by a thread of its own; it reads the next line when that is wanted.
struct InputLines: Sendable {
    private let wanted = DispatchSemaphore(value: 0)
    private let lines: AsyncStream<String>

    init() {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        Thread.detachNewThread { [wanted] in
            while true {
                wanted.wait()
                guard let line = readLine() else { break }
                continuation.yield(line)
            }
            continuation.finish()
        }
    }

    /// Waits for the next line; `nil` at the end of the input, and when the task is cancelled.
    func next() async -> String? {
        self.wanted.signal()
        return await self.lines.first { _ in true }
    }
}

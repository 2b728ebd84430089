import Dispatch

/// The lines of standard input.
enum InputLines {
    /// Waits for the next line, on a thread that may block.
    ///
    /// - Returns: The line without its end; `nil` at the end of the input. Bytes that are no UTF-8 are replaced.
    static func next() async -> String? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: readLine()) }
        }
    }
}

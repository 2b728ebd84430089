import Foundation
import Synchronization

/// Reads lines from a pipe, one after the other, on a thread that may block.
final class LineReader: Sendable {
    private let file: FileHandle
    private let rest = Mutex(Data())

    init(_ file: FileHandle) {
        self.file = file
    }

    /// The next line without its end; `nil` at the end of all.
    func next() async -> String? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: self.read()) }
        }
    }

    private func read() -> String? {
        while true {
            let line = self.rest.withLock { rest -> Data? in
                guard let end = rest.firstIndex(of: 0x0a) else { return nil }
                let line = Data(rest[rest.startIndex..<end])
                rest = Data(rest[(end + 1)...])
                return line
            }
            if let line { return String(decoding: line, as: UTF8.self) }
            let chunk = self.file.availableData
            guard !chunk.isEmpty else { return nil }
            self.rest.withLock { $0.append(chunk) }
        }
    }
}

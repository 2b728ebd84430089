import CometDServer
import Foundation
import Logging

/// Writes events to standard error, each on one line whatever peers have sent.
struct ServeLogHandler: LogHandler {
    /// Writes a line with escapes for control characters.
    private struct Lines: TextOutputStream {
        mutating func write(_ text: String) {
            let line = text.hasSuffix("\n") ? String(text.dropLast()) : text
            // Nobody can be told that standard error is closed.
            try? FileHandle.standardError.write(contentsOf: Data("\(line.onOneLine)\n".utf8))
        }
    }

    private var lines: StreamLogHandler

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - label: Who logs.
    ///   - level: The least important events that are written.
    init(label: String, level: Logger.Level) {
        self.lines = StreamLogHandler(label: label, stream: Lines())
        self.lines.logLevel = level
    }

    func log(event: LogEvent) {
        // Hummingbird tells what the command has told already.
        let isRepetition = event.source == "HummingbirdCore" && event.level == .info
        guard !isRepetition || self.logLevel < .info else { return }
        self.lines.log(event: event)
    }

    var logLevel: Logger.Level {
        get { self.lines.logLevel }
        set { self.lines.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { self.lines.metadata }
        set { self.lines.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { self.lines.metadataProvider }
        set { self.lines.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.lines[metadataKey: key] }
        set { self.lines[metadataKey: key] = newValue }
    }
}

import Foundation

/// The terminal, line by line.
enum Terminal {
    /// Shows a line at once, also when the output is no terminal.
    ///
    /// What others have written may hold the escape sequences of terminals: control characters are replaced.
    static func show(_ text: String) {
        let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
        let line = String(String.UnicodeScalarView(scalars)) + "\n"
        FileHandle.standardOutput.write(Data(line.utf8))
    }
}

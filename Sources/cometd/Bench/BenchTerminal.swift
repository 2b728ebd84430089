import CometDBench
import Foundation

/// Questions on the terminal, or whatever standard input and output are.
enum BenchTerminal {
    /// Asks on standard output, and reads the answers from standard input.
    static var questionnaire: Questionnaire {
        Questionnaire {
            readLine()
        } write: { text in
            try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        }
    }
}

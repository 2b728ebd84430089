/// Asks for parameters, one line each, as the book's benchmark does: `rooms [100]: `.
///
/// An empty answer takes the default; what cannot be read is asked again.
package struct Questionnaire {
    /// The input has ended before all was asked.
    package struct Ended: Error, Hashable, Sendable {
        package init() {}
    }

    /// What an answer may be.
    package struct Answer<Value> {
        /// Reads an answer; `nil` for one that is not legal.
        let value: (String) -> Value?
        /// How the default is shown.
        let text: (Value) -> String
        /// What is legal, for people.
        let legal: String

        package init(legal: String, text: @escaping (Value) -> String, value: @escaping (String) -> Value?) {
            self.legal = legal
            self.text = text
            self.value = value
        }
    }

    private let read: () -> String?
    private let write: (String) -> Void

    /// - Parameters:
    ///   - read: The next line of the input, without its end; `nil` at the end of all.
    ///   - write: Where questions go.
    package init(read: @escaping () -> String?, write: @escaping (String) -> Void) {
        self.read = read
        self.write = write
    }

    /// Shows a line that is no question.
    package func note(_ line: String) { self.write(line + "\n") }

    /// Asks until the answer is legal.
    ///
    /// - Parameters:
    ///   - question: What is asked for.
    ///   - standard: What an empty answer means.
    ///   - given: What has been said already, on the command line: then nothing is asked.
    ///   - answer: What is legal.
    /// - Returns: What the answer means.
    /// - Throws: ``Ended`` when there is no answer.
    package func ask<Value>(
        _ question: String,
        default standard: Value,
        given: Value? = nil,
        _ answer: Answer<Value>
    ) throws(Ended) -> Value {
        if let given { return given }
        while true {
            self.write("\(question) [\(answer.text(standard))]: ")
            guard let line = self.read() else { throw Ended() }
            let text = line.trimmingSpaces
            if text.isEmpty { return standard }
            if let value = answer.value(text) { return value }
            self.write("'\(text)' is not \(answer.legal)\n")
        }
    }
}

extension Questionnaire.Answer<Int> {
    /// A whole number.
    package static func integer(_ range: ClosedRange<Int>) -> Self {
        Self(legal: "a number from \(range.lowerBound) to \(range.upperBound)") {
            "\($0)"
        } value: { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Questionnaire.Answer<Bool> {
    /// Yes or no.
    package static var bool: Self {
        Self(legal: "true or false") {
            "\($0)"
        } value: { text in
            switch text.lowercased() {
            case "true", "yes", "y": true
            case "false", "no", "n": false
            default: nil
            }
        }
    }
}

extension Questionnaire.Answer<String> {
    /// Any text that begins with a slash.
    package static var path: Self {
        Self(legal: "a path that begins with /") {
            $0
        } value: { text in
            text.hasPrefix("/") && !text.contains(" ") ? text : nil
        }
    }

    /// The name or address of a machine.
    package static var host: Self {
        Self(legal: "the name or address of a machine") {
            $0
        } value: { text in
            text.contains { $0 == " " || $0 == "/" } ? nil : text
        }
    }
}

extension Questionnaire.Answer<LoadTransport> {
    /// A transport, by its number or name.
    package static var transport: Self {
        Self(legal: "0, 1 or 2") {
            $0 == .longPolling ? "0" : "1"
        } value: { text in
            LoadTransport(benchmarkName: text)
        }
    }
}

extension String {
    /// The text without white space around it.
    var trimmingSpaces: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

import SwiftDiagnostics
import SwiftSyntax

/// What is wrong with an annotation, as the compiler shows it.
struct ServiceDiagnostic: DiagnosticMessage {
    let message: String
    let severity: DiagnosticSeverity
    private let id: String

    /// Describes a mistake.
    ///
    /// - Parameters:
    ///   - id: A word for the kind of mistake.
    ///   - message: What is wrong, and what would be right.
    init(_ id: String, _ message: String) {
        self.id = id
        self.message = message
        self.severity = .error
    }

    var diagnosticID: MessageID { MessageID(domain: "CometDServices", id: self.id) }

    /// The mistake at a place in the source.
    func at(_ node: some SyntaxProtocol, fixIts: [FixIt] = []) -> Diagnostic {
        Diagnostic(node: Syntax(node), message: self, fixIts: fixIts)
    }
}

extension FixIt {
    private struct Message: FixItMessage {
        let message: String
        var fixItID: MessageID { MessageID(domain: "CometDServices", id: "fix") }
    }

    /// A correction that puts one piece of source in the place of another.
    static func replace(_ old: some SyntaxProtocol, by new: some SyntaxProtocol, _ message: String) -> FixIt {
        FixIt(
            message: Message(message: message),
            changes: [.replace(oldNode: Syntax(old), newNode: Syntax(new))]
        )
    }
}

import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxBuilder

/// A channel, or the target of a remote call, as an annotation names it.
struct ChannelLiteral {
    let node: ExprSyntax
    /// What stands between the quotes.
    let text: String
    /// The whole name of the channel that is listened to.
    let channel: String

    var variables: [String] { ChannelRules.variables(of: self.channel) }

    private static let servicePrefix = "/service/"

    /// Reads and checks an argument of an annotation.
    ///
    /// - Parameters:
    ///   - node: The argument.
    ///   - kind: The annotation.
    ///   - report: Told of the mistake.
    /// - Returns: The channel; `nil` when there is a mistake.
    static func read(
        _ node: ExprSyntax,
        for kind: CallbackKind,
        report: (Diagnostic) -> Void
    ) -> Self? {
        guard let literal = node.as(StringLiteralExprSyntax.self), let text = literal.representedLiteralValue else {
            report(
                ServiceDiagnostic("literal", "a channel must be a string literal without interpolation").at(node)
            )
            return nil
        }
        guard kind == .remoteCall else { return self.channel(text, at: node, for: kind, report: report) }
        for prefix in [self.servicePrefix, "service/", "/"] where text.hasPrefix(prefix) {
            let fixed = ExprSyntax(StringLiteralExprSyntax(content: String(text.dropFirst(prefix.count))))
            report(
                ServiceDiagnostic("target", "the target '\(text)' of a remote call must not start with '\(prefix)'").at(
                    node,
                    fixIts: [.replace(node, by: fixed, "remove '\(prefix)'")]
                )
            )
            return nil
        }
        let channel = self.servicePrefix + text
        if let violation = ChannelRules.violation(in: channel) {
            report(ServiceDiagnostic("target", "the target '\(text)' \(violation.text)").at(node))
            return nil
        }
        return Self(node: node, text: text, channel: channel)
    }

    private static func channel(
        _ text: String,
        at node: ExprSyntax,
        for kind: CallbackKind,
        report: (Diagnostic) -> Void
    ) -> Self? {
        if let violation = ChannelRules.violation(in: text) {
            var fixIts: [FixIt] = []
            if violation == .relative {
                let fixed = ExprSyntax(StringLiteralExprSyntax(content: "/" + text))
                fixIts = [.replace(node, by: fixed, "insert '/'")]
            }
            report(ServiceDiagnostic("channel", "the channel '\(text)' \(violation.text)").at(node, fixIts: fixIts))
            return nil
        }
        let literal = Self(node: node, text: text, channel: text)
        if kind == .configuration, let variable = literal.variables.first {
            report(
                ServiceDiagnostic("channel", "a template cannot be configured: '{\(variable)}' names no channel").at(
                    node
                )
            )
            return nil
        }
        return literal
    }
}

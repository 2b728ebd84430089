import SwiftDiagnostics
import SwiftParser
package import SwiftSyntax
import SwiftSyntaxBuilder
package import SwiftSyntaxMacros

/// `@Service`: writes the code that registers a type's annotated methods, and makes the type an `AnnotatedService`.
package protocol ServiceMacro: ExtensionMacro, MemberMacro {}

extension ServiceMacro {
    package static func expansion(
        of node: AttributeSyntax,
        attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol,
        conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard !protocols.isEmpty, self.isSupported(declaration) else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): CometDServices.AnnotatedService {}")]
    }
}

extension ServiceMacro {
    package static func expansion(
        of node: AttributeSyntax,
        providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard self.isSupported(declaration) else {
            let message = "@Service belongs at a class, an actor or a struct"
            context.diagnose(ServiceDiagnostic("type", message).at(node))
            return []
        }
        let members = AnnotatedMembers(of: declaration) { context.diagnose($0) }
        let access = self.access(of: declaration)
        let name = self.serviceName(node, declaration) { context.diagnose($0) }
        var statements = members.sessions.map { "self._\($0).fill(from: registrar)" }
        statements += members.callbacks.map(\.registration)
        return [
            "\(raw: access)static var serviceName: String { \(name) }",
            """
            \(raw: access)nonisolated func register(with registrar: CometDServices.ServiceRegistrar) {
            \(raw: statements.joined(separator: "\n"))
            }
            """,
        ]
    }

    private static func isSupported(_ declaration: some DeclGroupSyntax) -> Bool {
        declaration.is(ClassDeclSyntax.self) || declaration.is(ActorDeclSyntax.self)
            || declaration.is(StructDeclSyntax.self)
    }

    private static func access(of declaration: some DeclGroupSyntax) -> String {
        for modifier in declaration.modifiers {
            switch modifier.name.tokenKind {
            case .keyword(.public), .keyword(.open): return "public "
            case .keyword(.package): return "package "
            default: break
            }
        }
        return ""
    }

    /// The name as it is written; that of the type when there is none.
    private static func serviceName(
        _ node: AttributeSyntax,
        _ declaration: some DeclGroupSyntax,
        report: (Diagnostic) -> Void
    ) -> ExprSyntax {
        let type = declaration.asProtocol((any NamedDeclSyntax).self)?.name.text ?? ""
        let typeName = ExprSyntax(StringLiteralExprSyntax(content: type))
        guard case .argumentList(let arguments) = node.arguments, let name = arguments.first?.expression else {
            return typeName
        }
        if name.as(StringLiteralExprSyntax.self)?.representedLiteralValue == "" {
            report(ServiceDiagnostic("name", "a service must have a name").at(name))
        }
        return name.trimmed
    }
}

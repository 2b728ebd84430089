import SwiftDiagnostics
package import SwiftSyntax
import SwiftSyntaxBuilder
package import SwiftSyntaxMacros

/// `@Session`: a property that reads the service's own session, or the client that it is registered on.
///
/// The value lies in a slot beside it, which the registration fills: so structs and `Sendable` classes can have one.
package protocol SessionMacro: AccessorMacro, PeerMacro {}

extension SessionMacro {
    /// The property's name, if it can be filled.
    private static func propertyName(
        _ attribute: AttributeSyntax,
        _ declaration: some DeclSyntaxProtocol,
        _ context: some MacroExpansionContext,
        reports: Bool
    ) -> (name: String, type: TypeSyntax)? {
        func fail(_ message: String, at node: some SyntaxProtocol, fixIts: [FixIt] = []) {
            guard reports else { return }
            context.diagnose(ServiceDiagnostic("session", message).at(node, fixIts: fixIts))
        }
        guard let variable = declaration.as(VariableDeclSyntax.self), variable.bindings.count == 1,
            let binding = variable.bindings.first,
            let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text
        else {
            fail("@Session belongs at a stored property", at: attribute)
            return nil
        }
        let enclosing = EnclosingType(context.lexicalContext.first)
        guard enclosing.isService else {
            fail("@Session has no effect outside of a class, actor or struct that has @Service", at: attribute)
            return nil
        }
        if let modifier = variable.modifiers.first(where: {
            ["static", "class", "lazy", "weak"].contains($0.name.text)
        }) {
            fail("@Session belongs at a stored property that is not \(modifier.name.text)", at: modifier)
            return nil
        }
        guard binding.accessorBlock == nil else {
            fail("@Session belongs at a stored property", at: attribute)
            return nil
        }
        guard let type = binding.typeAnnotation?.type, let wanted = Self.session(type) else {
            let node = binding.typeAnnotation.map { Syntax($0.type) } ?? Syntax(binding.pattern)
            fail("a @Session is a 'LocalSession?', a 'ServerSession?' or a 'BayeuxClient?'", at: node)
            return nil
        }
        if variable.bindingSpecifier.tokenKind != .keyword(.var) {
            let fixed = TokenSyntax.keyword(.var).with(\.leadingTrivia, variable.bindingSpecifier.leadingTrivia)
                .with(\.trailingTrivia, variable.bindingSpecifier.trailingTrivia)
            fail(
                "a @Session is set when the service is registered: it must be a 'var'",
                at: variable.bindingSpecifier,
                fixIts: [.replace(variable.bindingSpecifier, by: fixed, "use 'var'")]
            )
            return nil
        }
        guard type.is(OptionalTypeSyntax.self) else {
            let fixed = TypeSyntax(OptionalTypeSyntax(wrappedType: type.trimmed))
            fail(
                "a @Session is nil until the service is registered: its type must be '\(type.trimmed)?'",
                at: type,
                fixIts: [.replace(type, by: fixed, "add '?'")]
            )
            return nil
        }
        if let initializer = binding.initializer {
            fail("a @Session has no initial value", at: initializer)
            return nil
        }
        return (name, wanted)
    }

    /// The type of session, without `?`.
    private static func session(_ type: TypeSyntax) -> TypeSyntax? {
        let wrapped = type.as(OptionalTypeSyntax.self)?.wrappedType ?? type
        return wrapped.lastName.map(AnnotatedMembers.sessionTypes.contains) == true ? wrapped.trimmed : nil
    }
}

extension SessionMacro {
    package static func expansion(
        of node: AttributeSyntax,
        providingAccessorsOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [AccessorDeclSyntax] {
        guard let (name, _) = self.propertyName(node, declaration, context, reports: true) else {
            // The mistake has been told; without an accessor the compiler would tell of that too.
            return ["get { fatalError() }"]
        }
        return ["get { self._\(raw: name).session }"]
    }
}

extension SessionMacro {
    package static func expansion(
        of node: AttributeSyntax,
        providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let (name, type) = self.propertyName(node, declaration, context, reports: false) else { return [] }
        return ["private let _\(raw: name) = CometDServices.SessionSlot<\(type)>()"]
    }
}

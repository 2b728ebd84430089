import SwiftDiagnostics
import SwiftSyntax

/// What is annotated in a type, and the mistakes that show only when its members are seen together.
struct AnnotatedMembers {
    /// The annotated methods, in the order of the source.
    private(set) var callbacks: [Callback] = []
    /// The names of the properties with `@Session`.
    private(set) var sessions: [String] = []
    /// What a property with `@Session` may be, without `?`.
    static let sessionTypes: Set = ["LocalSession", "ServerSession", "BayeuxClient"]

    /// Reads a type's members.
    ///
    /// - Parameters:
    ///   - declaration: The type.
    ///   - report: Told of the mistakes; those of single members are reported where their own macros are expanded.
    init(of declaration: some DeclGroupSyntax, report: (Diagnostic) -> Void) {
        let enclosing = EnclosingType(Syntax(declaration))
        for member in declaration.memberBlock.members {
            if let function = member.decl.as(FunctionDeclSyntax.self) {
                self.read(function, in: enclosing, report: report)
            } else if let variable = member.decl.as(VariableDeclSyntax.self) {
                self.read(variable)
            } else if let condition = member.decl.as(IfConfigDeclSyntax.self) {
                Self.refuse(condition, report: report)
            }
        }
        self.checkDuplicates(report)
    }

    private mutating func read(
        _ function: FunctionDeclSyntax,
        in enclosing: EnclosingType,
        report: (Diagnostic) -> Void
    ) {
        for kind in CallbackKind.allCases {
            let attributes = function.attributes.all(named: kind.rawValue)
            for repeated in attributes.dropFirst() {
                report(
                    ServiceDiagnostic("duplicate", "name all channels in one \(kind.spelling)").at(repeated)
                )
            }
            if let attribute = attributes.first,
                let callback = CallbackReader(kind, attribute, in: enclosing, report: { _ in }).read(function)
            {
                self.callbacks.append(callback)
            }
        }
        Self.checkLifecycle(function, report)
    }

    private mutating func read(_ variable: VariableDeclSyntax) {
        guard !variable.attributes.all(named: "Session").isEmpty, variable.bindings.count == 1,
            let binding = variable.bindings.first, binding.initializer == nil, binding.accessorBlock == nil,
            let type = binding.typeAnnotation?.type.as(OptionalTypeSyntax.self)?.wrappedType,
            let typeName = type.lastName, Self.sessionTypes.contains(typeName),
            variable.bindingSpecifier.tokenKind == .keyword(.var), !variable.isStatic,
            let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text
        else { return }
        self.sessions.append(name)
    }

    /// Two methods that answer the same call, or configure the same channel.
    private func checkDuplicates(_ report: (Diagnostic) -> Void) {
        for kind in [CallbackKind.remoteCall, .configuration] {
            var seen: Set<String> = []
            for callback in self.callbacks where callback.kind == kind {
                for channel in callback.channels where !seen.insert(ChannelRules.shape(of: channel.channel)).inserted {
                    report(
                        ServiceDiagnostic("duplicate", "another \(kind.spelling) of the type has '\(channel.text)'")
                            .at(channel.node)
                    )
                }
            }
        }
    }

    /// `start()` and `stop()` are found by their protocol, which cannot see private ones.
    private static func checkLifecycle(_ function: FunctionDeclSyntax, _ report: (Diagnostic) -> Void) {
        guard ["start", "stop"].contains(function.name.text), function.signature.parameterClause.parameters.isEmpty,
            let modifier = function.modifiers.first(where: { ["private", "fileprivate"].contains($0.name.text) })
        else { return }
        let message = "\(function.name.text)() is not called when it is \(modifier.name.text)"
        report(ServiceDiagnostic("lifecycle", message).at(modifier))
    }

    /// Which clause is compiled is not known here.
    private static func refuse(_ condition: IfConfigDeclSyntax, report: (Diagnostic) -> Void) {
        for clause in condition.clauses {
            guard case .decls(let members) = clause.elements else { continue }
            for member in members {
                guard let attributes = member.decl.asProtocol((any WithAttributesSyntax).self)?.attributes else {
                    continue
                }
                for name in CallbackKind.allCases.map(\.rawValue) + ["Session"] {
                    for attribute in attributes.all(named: name) {
                        report(
                            ServiceDiagnostic("place", "@\(name) has no effect within #if").at(attribute)
                        )
                    }
                }
            }
        }
    }
}

extension VariableDeclSyntax {
    fileprivate var isStatic: Bool {
        self.modifiers.contains { ["static", "class", "lazy", "weak"].contains($0.name.text) }
    }
}

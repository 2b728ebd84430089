import SwiftDiagnostics
import SwiftSyntax

/// Reads an annotation and the method that it stands at, and reports what is wrong with them.
struct CallbackReader {
    let kind: CallbackKind
    private let attribute: AttributeSyntax
    private let enclosing: EnclosingType
    let report: (Diagnostic) -> Void

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - kind: Which annotation it is.
    ///   - attribute: The annotation.
    ///   - enclosing: What the method is a member of.
    ///   - report: Told of each mistake.
    init(
        _ kind: CallbackKind,
        _ attribute: AttributeSyntax,
        in enclosing: EnclosingType,
        report: @escaping (Diagnostic) -> Void
    ) {
        self.kind = kind
        self.attribute = attribute
        self.enclosing = enclosing
        self.report = report
    }

    /// Reads the annotated declaration.
    ///
    /// - Returns: What was read; `nil` when there was a mistake.
    @discardableResult
    func read(_ declaration: some DeclSyntaxProtocol) -> Callback? {
        guard let function = declaration.as(FunctionDeclSyntax.self) else {
            self.fail("method", "\(self.kind.spelling) belongs at a method", at: self.attribute)
            return nil
        }
        let (channels, options) = self.arguments()
        let isPlaced = self.checkPlace()
        let isCallable = self.checkMethod(function)
        guard let channels else { return nil }
        let parameters = ParameterReader(self, channels).read(function)
        guard isPlaced, isCallable, let parameters else { return nil }
        return Callback(
            kind: self.kind,
            function: function,
            channels: channels,
            options: options,
            parameters: parameters
        )
    }

    func fail(_ id: String, _ message: String, at node: some SyntaxProtocol, fixIts: [FixIt] = []) {
        self.report(ServiceDiagnostic(id, message).at(node, fixIts: fixIts))
    }

    /// The channels, `nil` when one of them is illegal, and the other arguments.
    private func arguments() -> ([ChannelLiteral]?, [LabeledExprSyntax]) {
        guard case .argumentList(let arguments) = self.attribute.arguments else {
            self.fail("channels", "\(self.kind.spelling) needs a channel", at: self.attribute)
            return (nil, [])
        }
        let unlabelled = arguments.prefix { $0.label == nil }
        let options = Array(arguments.dropFirst(unlabelled.count))
        guard !unlabelled.isEmpty else {
            self.fail("channels", "\(self.kind.spelling) needs a channel", at: self.attribute)
            return (nil, options)
        }
        var channels: [ChannelLiteral] = []
        var isLegal = true
        for argument in unlabelled {
            guard let channel = ChannelLiteral.read(argument.expression, for: self.kind, report: self.report) else {
                isLegal = false
                continue
            }
            let shape = ChannelRules.shape(of: channel.channel)
            guard !channels.contains(where: { ChannelRules.shape(of: $0.channel) == shape }) else {
                self.fail("duplicate", "'\(channel.text)' is named twice", at: argument.expression)
                isLegal = false
                continue
            }
            channels.append(channel)
        }
        return (isLegal ? channels : nil, options)
    }

    private func checkPlace() -> Bool {
        guard !self.enclosing.isService else { return true }
        switch self.enclosing.kind {
        case .extension:
            self.fail(
                "place",
                "\(self.kind.spelling) has no effect in an extension: move the method into the type that has @Service",
                at: self.attribute
            )
        case .type, .actor, .other:
            self.fail(
                "place",
                "\(self.kind.spelling) has no effect outside of a class, actor or struct that has @Service",
                at: self.attribute
            )
        }
        return false
    }

    private func checkMethod(_ function: FunctionDeclSyntax) -> Bool {
        var isCallable = true
        func fail(_ message: String, at node: some SyntaxProtocol, fixIts: [FixIt] = []) {
            self.fail("method", message, at: node, fixIts: fixIts)
            isCallable = false
        }
        for modifier in function.modifiers {
            switch modifier.name.tokenKind {
            case .keyword(.static), .keyword(.class), .keyword(.mutating):
                fail("a \(modifier.name.text) method cannot be called as a service", at: modifier)
            default: break
            }
        }
        if let generics = function.genericParameterClause {
            fail("a generic method cannot be called as a service", at: generics)
        }
        let result = function.signature.returnClause?.type
        let isVoid = result.map { ["Void", "Swift.Void", "()"].contains($0.trimmedDescription) } ?? true
        switch self.kind {
        case .listener where !isVoid && result?.lastName != "Bool":
            if let result { fail("a listener returns Bool or nothing: false stops the message", at: result) }
        case .subscription where !isVoid, .configuration where !isVoid:
            if let result { fail("what the method returns would be lost: it must return nothing", at: result) }
        default: break
        }
        guard self.kind == .configuration else { return isCallable }
        if let async = function.signature.effectSpecifiers?.asyncSpecifier {
            fail("a channel is configured while it is made: the method must not be async", at: async)
        }
        let isNonisolated = function.modifiers.contains { $0.name.tokenKind == .keyword(.nonisolated) }
        if self.enclosing.kind == .actor, !isNonisolated {
            let message = "a channel is configured while it is made: the method of an actor must be nonisolated"
            fail(message, at: function.name, fixIts: [self.addNonisolated(to: function)])
        }
        return isCallable
    }

    private func addNonisolated(to function: FunctionDeclSyntax) -> FixIt {
        var fixed = function
        let modifier = DeclModifierSyntax(name: .keyword(.nonisolated, trailingTrivia: .space))
        if function.modifiers.isEmpty {
            let leading = fixed.funcKeyword.leadingTrivia
            fixed.funcKeyword.leadingTrivia = []
            fixed.modifiers = [modifier.with(\.leadingTrivia, leading)]
        } else {
            fixed.modifiers.append(modifier)
        }
        return .replace(function, by: fixed, "add 'nonisolated'")
    }
}

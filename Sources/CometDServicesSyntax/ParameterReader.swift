import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder

/// Finds out what each parameter of an annotated method stands for.
///
/// By its type a parameter is the message, the sender, the call or the channel. A `String` is the value of the
/// template's variable that has its name. Anything else, or a `String` named `data`, is the decoded payload.
struct ParameterReader {
    private let reader: CallbackReader
    private let channels: [ChannelLiteral]
    private let variables: Set<String>

    init(_ reader: CallbackReader, _ channels: [ChannelLiteral]) {
        self.reader = reader
        self.channels = channels
        self.variables = Set(channels.flatMap(\.variables))
    }

    /// The parameters; `nil` when there is a mistake.
    func read(_ function: FunctionDeclSyntax) -> [CallbackParameter]? {
        let list = function.signature.parameterClause.parameters
        var parameters: [CallbackParameter] = []
        var misnamed: [FunctionParameterSyntax] = []
        var isLegal = true
        for syntax in list {
            let type = ParameterType(syntax.type)
            if self.isMisnamed(syntax, type) {
                misnamed.append(syntax)
            } else if let role = self.role(of: syntax, type) {
                if let twin = parameters.first(where: { $0.role.isSame(as: role) }) {
                    self.fail("'\(syntax.name)' stands for the same as '\(twin.syntax.name)'", at: syntax)
                    isLegal = false
                }
                parameters.append(CallbackParameter(syntax: syntax, role: role))
            } else {
                isLegal = false
            }
        }
        if self.reader.kind == .configuration, isLegal, parameters.count != 1 {
            self.fail(
                "the method must take the ServerChannel that it configures",
                at: function.signature.parameterClause
            )
            return nil
        }
        let taken = Set(list.map(\.name))
        return self.checkVariables(taken, misnamed, function) && isLegal ? parameters : nil
    }

    private func fail(_ message: String, at node: some SyntaxProtocol, fixIts: [FixIt] = []) {
        self.reader.fail("parameter", message, at: node, fixIts: fixIts)
    }

    /// Whether a parameter can only be meant as a variable, but has no variable's name.
    private func isMisnamed(_ syntax: FunctionParameterSyntax, _ type: ParameterType) -> Bool {
        self.reader.kind != .configuration && type.name == "String" && !type.isOptional && !type.isInout
            && syntax.ellipsis == nil && syntax.name != "data" && !self.variables.contains(syntax.name)
    }

    private func role(of syntax: FunctionParameterSyntax, _ type: ParameterType) -> CallbackParameter.Role? {
        let kind = self.reader.kind
        if let ellipsis = syntax.ellipsis {
            self.fail("a variadic parameter cannot be filled", at: ellipsis)
            return nil
        }
        if type.isInout, kind != .listener || type.name != "BayeuxMessage" || type.isOptional {
            self.fail("only the BayeuxMessage of a @Listener can be inout", at: syntax.type)
            return nil
        }
        guard kind != .configuration else {
            if type.name == "ServerChannel", !type.isOptional { return .channel }
            self.fail("the method must take the ServerChannel that it configures, and nothing else", at: syntax)
            return nil
        }
        if self.variables.contains(syntax.name) {
            guard type.name == "String", !type.isOptional else {
                self.fail(
                    "'\(syntax.name)' takes the value of '{\(syntax.name)}', which is a String",
                    at: syntax.type,
                    fixIts: [.replace(syntax.type, by: TypeSyntax("String"), "use 'String'")]
                )
                return nil
            }
            return .value(syntax.name)
        }
        switch (type.name, kind) {
        case ("BayeuxMessage", _) where !type.isOptional: return .message(isInout: type.isInout)
        case ("ServerSession", .listener), ("ServerSession", .remoteCall): return .sender(isOptional: type.isOptional)
        case ("RemoteCall", .remoteCall) where !type.isOptional: return .call
        case ("BayeuxMessage", _), ("ServerSession", _), ("RemoteCall", _), ("ServerChannel", _), ("LocalSession", _),
            ("BayeuxClient", _):
            self.fail("\(kind.spelling) has no \(syntax.type.trimmed) to pass", at: syntax.type)
            return nil
        default: break
        }
        if type.isOpaque {
            self.fail("a generic parameter cannot be filled", at: syntax.type)
            return nil
        }
        return .payload(type.type)
    }

    /// Compares the templates' variables with the parameters.
    private func checkVariables(
        _ taken: Set<String>,
        _ misnamed: [FunctionParameterSyntax],
        _ function: FunctionDeclSyntax
    ) -> Bool {
        var isLegal = misnamed.isEmpty
        let missing = self.variables.subtracting(taken)
        for parameter in misnamed {
            let rename: String? =
                if misnamed.count == 1, missing.count == 1 { missing.first } else if self.variables.isEmpty {
                    "data"
                } else { nil }
            let fixIts = rename.map { self.rename(parameter, to: $0) }.map { [$0] } ?? []
            let message =
                self.variables.isEmpty
                ? "'\(parameter.name)' has no template's variable to take: a String payload is named 'data'"
                : "'\(parameter.name)' is no variable of '\(self.channels.map(\.text).joined(separator: "', '"))'"
            self.fail(message, at: parameter.nameToken, fixIts: fixIts)
        }
        // One mistake is told once.
        guard !(misnamed.count == 1 && missing.count == 1) else { return false }
        for channel in self.channels {
            let own = Set(channel.variables)
            for variable in channel.variables where missing.contains(variable) {
                self.fail(
                    "no parameter takes the value of '{\(variable)}'",
                    at: channel.node,
                    fixIts: [self.addParameter(variable, to: function)]
                )
                isLegal = false
            }
            for variable in self.variables.subtracting(own).subtracting(missing).sorted() {
                self.fail(
                    "'{\(variable)}' is missing: channels of one method have the same variables",
                    at: channel.node
                )
                isLegal = false
            }
        }
        return isLegal
    }

    private func rename(_ parameter: FunctionParameterSyntax, to name: String) -> FixIt {
        let token = parameter.nameToken
        let renamed = token.with(\.tokenKind, .identifier(name))
        return .replace(token, by: renamed, "rename to '\(name)'")
    }

    private func addParameter(_ name: String, to function: FunctionDeclSyntax) -> FixIt {
        let clause = function.signature.parameterClause
        var parameters = clause.parameters
        if let last = parameters.indices.last {
            parameters[last].trailingComma = .commaToken(trailingTrivia: .space)
        }
        parameters.append("\(raw: name): String")
        return .replace(clause, by: clause.with(\.parameters, parameters), "add a parameter '\(name)'")
    }
}

extension CallbackParameter.Role {
    /// Whether two parameters would be given the same.
    fileprivate func isSame(as other: Self) -> Bool {
        switch (self, other) {
        case (.message, .message), (.sender, .sender), (.call, .call), (.channel, .channel), (.payload, .payload): true
        default: false
        }
    }
}

import SwiftSyntax

/// A parameter of an annotated method, with what the generated code passes for it.
struct CallbackParameter {
    enum Role {
        /// The message; `inout` when it may be changed.
        case message(isInout: Bool)
        /// Who sent the message, or who calls.
        case sender(isOptional: Bool)
        /// The remote call itself.
        case call
        /// The channel that is configured.
        case channel
        /// The value of a template's variable.
        case value(String)
        /// The decoded payload.
        case payload(TypeSyntax)
    }

    let syntax: FunctionParameterSyntax
    let role: Role

    /// The argument with its label, for a call of the method.
    func argument(for kind: CallbackKind) -> String {
        let value =
            switch self.role {
            case .message(let isInout): isInout ? "&invocation.message" : "invocation.message"
            case .sender: kind == .remoteCall ? "caller" : "sender"
            case .call: "call"
            case .channel: "channel"
            case .value(let name): "invocation.value(\"\(name)\")"
            case .payload(let type): "invocation.payload((\(type.trimmed)).self)"
            }
        return self.syntax.label.map { "\($0): \(value)" } ?? value
    }
}

extension FunctionParameterSyntax {
    /// The label that a caller writes, with its backticks; `nil` for `_`.
    var label: String? { self.firstName.tokenKind == .wildcard ? nil : self.firstName.text }

    /// The token that names the parameter within the method.
    var nameToken: TokenSyntax { self.secondName ?? self.firstName }

    /// The parameter's name within the method, without backticks.
    var name: String { self.nameToken.text.filter { $0 != "`" } }
}

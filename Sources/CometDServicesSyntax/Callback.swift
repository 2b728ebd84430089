import SwiftSyntax

/// One annotation of a method, checked, from which code is made.
struct Callback {
    let kind: CallbackKind
    let function: FunctionDeclSyntax
    let channels: [ChannelLiteral]
    /// The annotation's arguments behind the channels, as they are written.
    let options: [LabeledExprSyntax]
    let parameters: [CallbackParameter]

    /// The statement that registers the method.
    var registration: String {
        let arguments = self.parameters.map { $0.argument(for: self.kind) }.joined(separator: ", ")
        let call = "self.\(self.function.name.text)(\(arguments))"
        let options = self.options.map { option in
            "\(option.label?.text ?? ""): \(option.expression.trimmed)"
        }
        let channels = self.channels.map(\.node.trimmedDescription).joined(separator: ", ")
        let head = (["[\(channels)]"] + options).joined(separator: ", ")
        return switch self.kind {
        case .listener:
            """
            registrar.addListener(\(head)\(self.needsSender ? ", needsSender: true" : "")) { invocation in
            \(self.senderGuard)    return try await CometDServices.ServiceRegistrar.verdict(\(call))
            }
            """
        case .subscription:
            """
            registrar.addSubscription(\(head)) { invocation in
                try await CometDServices.ServiceRegistrar.finish(\(call))
            }
            """
        case .remoteCall:
            """
            registrar.addRemoteCall(\(head)) { invocation, call, caller in
                return try await CometDServices.ServiceRegistrar.answer(\(call))
            }
            """
        case .configuration:
            """
            registrar.configure(\(head)) { channel in
                try CometDServices.ServiceRegistrar.configured(\(call))
            }
            """
        }
    }

    /// Whether the method takes a `ServerSession` that is not optional.
    private var needsSender: Bool {
        self.parameters.contains { if case .sender(isOptional: false) = $0.role { true } else { false } }
    }

    /// A listener that wants a sender is not called for what the server itself publishes.
    private var senderGuard: String {
        for parameter in self.parameters {
            guard case .sender(let isOptional) = parameter.role else { continue }
            return isOptional
                ? "    let sender = invocation.sender\n"
                : "    guard let sender = invocation.sender else { return true }\n"
        }
        return ""
    }
}

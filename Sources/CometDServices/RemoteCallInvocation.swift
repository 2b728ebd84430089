public import Bayeux
import CometDServer

/// A remote call that an annotated method is called for; for code that the macro writes.
public struct RemoteCallInvocation: Sendable {
    private let call: RemoteCall

    init(_ call: RemoteCall) { self.call = call }

    /// The message that brought the call.
    public var message: BayeuxMessage { self.call.message }

    /// The value of a template's variable.
    public func value(_ name: String) -> String { self.call.parameters[name] ?? "" }

    /// Decodes the argument.
    public func payload<Argument: Decodable>(_ type: Argument.Type) throws -> Argument {
        try self.call.data(as: type)
    }
}

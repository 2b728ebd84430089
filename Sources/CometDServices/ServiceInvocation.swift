public import Bayeux
public import CometDServer

/// What an annotated method is called for; for code that the macro writes.
public struct ServiceInvocation: Sendable {
    var request: ServiceRequest

    init(_ request: ServiceRequest) { self.request = request }

    /// The message.
    public var message: BayeuxMessage {
        get { self.request.message }
        set { self.request.message = newValue }
    }

    /// Who published the message; `nil` when the server did, in subscriptions, and on clients.
    public var sender: ServerSession? { self.request.sender }

    /// The value of a template's variable.
    public func value(_ name: String) -> String { self.request.parameters[name] ?? "" }

    /// Decodes the payload.
    public func payload<Payload: Decodable>(_ type: Payload.Type) throws -> Payload {
        do {
            return try self.request.data(as: type)
        } catch {
            throw PayloadMismatch(reason: error)
        }
    }
}

/// A payload is not of the type that an annotated method takes.
struct PayloadMismatch: Error {
    let reason: any Error
}

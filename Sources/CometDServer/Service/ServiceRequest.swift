public import Bayeux

/// A message that a service is called for.
public struct ServiceRequest: Sendable {
    /// Who published the message; `nil` when the server itself did.
    public let sender: ServerSession?
    /// The values of the template's variables, by their names; empty for channels and patterns.
    public let parameters: [String: String]
    /// The message.
    ///
    /// Its `id` is kept on `/service/` channels only: on others subscribers would see it.
    public var message: BayeuxMessage

    package init(_ message: BayeuxMessage, from sender: ServerSession?, parameters: [String: String]) {
        self.message = message
        self.sender = sender
        self.parameters = parameters
    }

    /// The channel of the message.
    public var channel: String { self.message.channel ?? "" }

    /// The payload.
    public var data: JSONBytes? { self.message.data }

    /// Decodes the payload; one that is absent counts as `null`.
    ///
    /// - Parameter type: What to decode; an optional for a payload that may be missing.
    /// - Returns: The decoded payload.
    /// - Throws: `DecodingError` when the payload is of another shape.
    public func data<Payload: Decodable>(as type: Payload.Type = Payload.self) throws -> Payload {
        try self.message.payload(as: type)
    }
}

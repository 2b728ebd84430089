public import Bayeux

/// One call of a client, as the function that answers it sees it.
///
/// - SeeAlso: CometD 3.1 reference book, "Remote call services"; REQUIREMENTS V3.
public struct RemoteCall: Sendable {
    /// Where the function that answers a call runs.
    public enum Execution: Hashable, Sendable {
        /// On the threads of Swift's own pool: slow work holds up no event loop and none of the caller's messages.
        ///
        /// Calls of one client may overtake each other.
        case concurrently
        /// On the caller's event loop, which costs no hop.
        ///
        /// It must not block; where it suspends, the loop goes on.
        case onEventLoop
    }

    /// Who calls.
    public let caller: ServerSession
    /// What is called, without the template's braces: `contacts/7` for `contacts/{userId}`.
    public let target: String
    /// The values of the template's variables, by their names.
    public let parameters: [String: String]
    /// The message that brought the call.
    public let message: BayeuxMessage

    init(_ request: ServiceRequest, caller: ServerSession) {
        self.caller = caller
        self.parameters = request.parameters
        self.message = request.message
        self.target = String(request.channel.dropFirst(Self.prefix.count))
    }

    /// What stands in front of a target in the channel's name.
    static let prefix = "/service/"

    /// The argument.
    public var data: JSONBytes? { self.message.data }

    /// Decodes the argument; one that is absent counts as `null`.
    ///
    /// - Parameter type: What to decode; an optional for an argument that may be missing.
    /// - Returns: The decoded argument.
    /// - Throws: ``RemoteCallFailure`` when it has another shape; let it pass, and the caller is told that.
    public func data<Argument: Decodable>(as type: Argument.Type = Argument.self) throws -> Argument {
        do {
            return try self.message.payload(as: type)
        } catch {
            throw RemoteCallFailure(RemoteCallFailure.invalidArguments, cause: error)
        }
    }
}

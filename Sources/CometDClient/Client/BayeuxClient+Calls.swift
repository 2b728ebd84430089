public import Bayeux
import NIOCore

extension BayeuxClient {
    /// Calls a function of the server, and decodes its result.
    ///
    /// ```swift
    /// let contacts: [Contact] = try await client.call("contacts", with: query, timeout: .seconds(5))
    /// ```
    ///
    /// Cancelling the task forgets the call; the server may go on with it.
    ///
    /// - Parameters:
    ///   - target: The target, such as `contacts/17`, without `/service/` in front.
    ///   - argument: The argument; `BinaryData` goes as CometD's binary extension has it.
    ///   - type: The type of the result, where it does not follow from the context.
    ///   - timeout: How long to wait for the result, the time that the connection takes to come back included.
    ///     Default 30 s.
    /// - Returns: The result. An absent one counts as `null`; `BinaryData` and `JSONBytes` are possible, too.
    /// - Throws: ``ClientError`` with ``ClientError/Code/callFailed`` and the function's own ``ClientError/data`` when it
    ///   has failed, ``ClientError/Code/timeout`` when it has not answered in time, and others as
    ///   ``publish(_:to:)-(JSONBytes?,_)``; `DecodingError` for a result of another shape; `EncodingError`.
    /// - SeeAlso: CometD 3.1.14, `ClientSession.remoteCall`; REQUIREMENTS Q1, V3.
    public func call<Result: Decodable>(
        _ target: String,
        with argument: some Encodable,
        as type: Result.Type = Result.self,
        timeout: Duration = .seconds(30)
    ) async throws -> Result {
        let message = try BayeuxMessage(channel: "/service/" + target, encoding: argument)
        return try await self.call(message, timeout: timeout).payload(as: type)
    }

    /// Calls a function of the server that takes no argument, and decodes its result.
    ///
    /// - Parameters:
    ///   - target: The target, without `/service/` in front.
    ///   - type: The type of the result, where it does not follow from the context.
    ///   - timeout: How long to wait for the result. Default 30 s.
    /// - Returns: The result.
    /// - Throws: As ``call(_:with:as:timeout:)``.
    public func call<Result: Decodable>(
        _ target: String,
        as type: Result.Type = Result.self,
        timeout: Duration = .seconds(30)
    ) async throws -> Result {
        let message = BayeuxMessage(channel: "/service/" + target, data: JSONBytes(.object([:])))
        return try await self.call(message, timeout: timeout).payload(as: type)
    }

    /// Calls a function of the server with a message of one's own making.
    ///
    /// - Parameters:
    ///   - message: The message, on a channel that begins with `/service/`.
    ///   - timeout: How long to wait for the result. Default 30 s.
    /// - Returns: The message with the result.
    /// - Throws: As ``call(_:with:as:timeout:)``.
    public func call(_ message: BayeuxMessage, timeout: Duration = .seconds(30)) async throws -> BayeuxMessage {
        let message = try Self.checked(message)
        let token = ListenerToken()
        return try await self.ask { (core, outcome: Outcome<BayeuxMessage>) in
            core.call(message, token: token, timeout: timeout) { outcome.complete($0) }
        } onCancel: { core in
            core.forgetCall(token)
        }
    }
}

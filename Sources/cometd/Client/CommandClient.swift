import Bayeux
import CometDClient

/// The client of one command: what it does is limited in time, and fails with a line for the user.
struct CommandClient: Sendable {
    /// The client itself.
    let client: BayeuxClient
    /// Where its server lives.
    let place: ServerPlace
    /// What its handshake carries.
    let ext: JSONObject?
    /// How long one step may take.
    let limit: Duration

    /// How long the server has to answer the disconnect.
    private static let farewell = Duration.seconds(2)

    /// Does something in a session, which is ended afterwards.
    ///
    /// - Parameter body: What to do.
    /// - Returns: What the body returns.
    /// - Throws: ``CommandFailure``, and what the body throws that is no error of a client.
    func inSession<Value: Sendable>(_ body: (CommandClient) async throws -> Value) async throws -> Value {
        let result: Result<Value, any Error>
        do {
            try await self.handshake()
            result = .success(try await body(self))
        } catch {
            result = .failure(error)
        }
        await self.disconnect()
        return try result.get()
    }

    /// Makes the session.
    func handshake() async throws {
        let (client, ext) = (self.client, self.ext)
        try await self.limited { try await client.handshake(ext: ext) }
    }

    /// Does something that a server must answer.
    ///
    /// - Parameters:
    ///   - limit: How long it may take; `nil` for the limit of the command.
    ///   - operation: What to do; it is cancelled when it takes longer.
    /// - Returns: What the operation returns.
    /// - Throws: ``CommandFailure`` for the errors of clients and for what takes too long; `CancellationError`.
    func limited<Value: Sendable>(
        to limit: Duration? = nil,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let limit = limit ?? self.limit
        do {
            let value = try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await operation() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            guard let value else {
                throw CommandFailure(.failure, "no answer from \(self.place.authority) within \(limit.inWords)")
            }
            return value
        } catch let error as ClientError {
            throw CommandFailure.talking(to: self.place, error)
        }
    }

    /// Ends the session; a server that does not answer is not waited for.
    func disconnect() async { await self.client.disconnect(within: Self.farewell) }
}

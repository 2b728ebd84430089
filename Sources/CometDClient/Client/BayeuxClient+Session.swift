public import Bayeux
import NIOCore

extension BayeuxClient {
    /// Makes a session, and keeps it until ``disconnect(within:)``.
    ///
    /// A WebSocket is tried first, then the other transports. Once there is a session, whatever happens to it is mended
    /// in the background. When there is one already, or another task is about to make one, this waits for that.
    ///
    /// - Parameters:
    ///   - ext: What the handshakes of this session and of its successors carry, such as credentials.
    ///   - patience: How long failures are tried again before this gives up; `nil` for ever. Default: they are not.
    /// - Throws: ``ClientError``; `CancellationError` when the task is cancelled, which gives up an attempt that nobody
    ///   else waits for.
    public func handshake(ext: JSONObject? = nil, retryingFor patience: Duration? = .zero) async throws {
        let token = ListenerToken()
        try await self.ask { (core, outcome: Outcome<Void>) in
            core.handshake(ext: ext, retryingFor: patience, token: token) { outcome.complete($0) }
        } onCancel: { core in
            core.forgetHandshake(token)
        }
    }

    /// Ends the session: what waits is sent, the server is told, connections are closed.
    ///
    /// Returns when the server has answered, or has not within the network delay. Sequences of messages end. Where
    /// there is no connection, the server finds out by itself. Afterwards the client can shake hands again.
    ///
    /// - Parameter limit: After how long the session is ended all the same, as by ``abort()``. Default: the network delay.
    public func disconnect(within limit: Duration? = nil) async {
        await withCheckedContinuation { continuation in
            self.perform { core in core.disconnect(within: limit) { continuation.resume() } }
        }
    }

    /// Ends the session at once, without telling the server.
    public func abort() {
        self.perform { $0.abort() }
    }
}

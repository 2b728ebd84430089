public import ServiceLifecycle

extension BayeuxClient: Service {
    /// Keeps a session until the application stops, then disconnects.
    ///
    /// Failures are tried again for ever, the first handshake's included.
    ///
    /// - Throws: ``ClientError`` when the server refuses the session for good.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await self.handshake(retryingFor: nil)
            } catch is CancellationError {
                return
            }
            // The sequence ends with the task.
            for await state in self.status.states() where state == .disconnected { break }
        }
        await self.disconnect()
    }
}

import Bayeux
import Logging

/// What a service's listeners hold: not the service, and so not the server that holds them.
struct ServiceCallbacks: Sendable {
    let session: LocalSession
    let seesOwnPublishes: Bool
    let onFailure: BayeuxService.FailureListener?
    let logger: Logger

    /// Calls a handler for a message that was published.
    ///
    /// - Returns: Whether the message goes on; it does when the handler throws, or is not meant.
    func call(
        _ handler: @Sendable (inout ServiceRequest) async throws -> Bool,
        with message: inout BayeuxMessage,
        from sender: ServerSession?,
        _ pattern: ChannelPattern,
        seesOwnPublishes: Bool?
    ) async -> Bool {
        guard seesOwnPublishes ?? self.seesOwnPublishes || sender != self.session.serverSession,
            let parameters = pattern.bind(message.channel ?? "")
        else { return true }
        var request = ServiceRequest(message, from: sender, parameters: parameters)
        do {
            let goesOn = try await handler(&request)
            message = request.message
            return goesOn
        } catch {
            self.report(error, request, pattern)
            return true
        }
    }

    /// Calls a handler for a message that has reached the local session.
    func call(
        _ handler: @Sendable (ServiceRequest) async throws -> Void,
        with message: BayeuxMessage,
        _ pattern: ChannelPattern
    ) async {
        guard let parameters = pattern.bind(message.channel ?? "") else { return }
        let request = ServiceRequest(message, from: nil, parameters: parameters)
        do {
            try await handler(request)
        } catch {
            self.report(error, request, pattern)
        }
    }

    private func report(_ error: any Error, _ request: ServiceRequest, _ pattern: ChannelPattern) {
        self.logger.error(
            "a service failed",
            metadata: ["channel": "\(request.channel)", "service": "\(pattern.id)", "error": "\(error)"]
        )
        self.onFailure?(error, request)
    }
}

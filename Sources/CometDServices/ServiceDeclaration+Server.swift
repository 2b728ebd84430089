import CometDServer

// What annotations mean on a server.
extension ServiceDeclaration {
    /// Configures the channel of a `@Configure`; the others do nothing here.
    ///
    /// - Throws: ``ServiceError`` when the channel exists and must not; what the method throws.
    func configure(on server: BayeuxServer) throws {
        guard case .configuration(let channel, let errorIfExists, let configureIfExists, let handler) = self else {
            return
        }
        let created = try server.createChannelIfAbsent(channel, handler)
        guard !created.isNew else { return }
        if configureIfExists {
            try handler(created.channel)
        } else if errorIfExists {
            throw ServiceError(.channelConfigured, channel)
        }
    }

    /// Lets messages reach the method; a `@Configure` does nothing here.
    func add(to service: BayeuxService) async throws {
        switch self {
        case .listener(let channel, let receivesOwnPublishes, _, let handler):
            try service.addListener(channel, receivesOwnPublishes: receivesOwnPublishes) { request in
                var invocation = ServiceInvocation(request)
                do {
                    let goesOn = try await handler(&invocation)
                    request = invocation.request
                    return goesOn
                } catch is PayloadMismatch {
                    // The method's veto must not be got around by sending something else.
                    return false
                }
            }
        case .subscription(let channel, let handler):
            try await service.addSubscription(channel) { try await handler(ServiceInvocation($0)) }
        case .remoteCall(let target, let timeout, let execution, let handler):
            try service.addRemoteCall(target, timeout: timeout, runs: execution) { call in
                try await handler(RemoteCallInvocation(call), call, call.caller).value
            }
        case .configuration:
            break
        }
    }
}

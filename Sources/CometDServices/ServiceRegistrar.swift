public import CometDServer

/// Takes down the annotated methods of a service; for code that the macro writes.
///
/// Nothing is registered yet while it is told: the order is that of ``CometDServer/BayeuxServer/register(_:)``.
public final class ServiceRegistrar {
    /// The service's session.
    public let localSession: LocalSession
    private let service: BayeuxService
    private(set) var configurations: [(BayeuxServer) throws -> Void] = []
    private(set) var registrations: [() async throws -> Void] = []

    init(_ service: BayeuxService) {
        self.service = service
        self.localSession = service.localSession
    }

    /// A method listens to channels.
    ///
    /// A message whose payload is not of the type that the method takes is stopped: the method's veto must not be got
    /// around by sending something else.
    public func addListener(
        _ channels: [String],
        receiveOwnPublishes: Bool = false,
        _ handler: @escaping @Sendable (inout ServiceInvocation) async throws -> Bool
    ) {
        let service = self.service
        for channel in channels {
            self.registrations.append {
                try service.addListener(channel, receivesOwnPublishes: receiveOwnPublishes) { request in
                    var invocation = ServiceInvocation(request)
                    do {
                        let goesOn = try await handler(&invocation)
                        request = invocation.request
                        return goesOn
                    } catch is PayloadMismatch {
                        return false
                    }
                }
            }
        }
    }

    /// A method takes what reaches the service's session.
    public func addSubscription(
        _ channels: [String],
        _ handler: @escaping @Sendable (ServiceInvocation) async throws -> Void
    ) {
        let service = self.service
        for channel in channels {
            self.registrations.append {
                try await service.addSubscription(channel) { try await handler(ServiceInvocation($0)) }
            }
        }
    }

    /// A method answers calls.
    public func addRemoteCall(
        _ targets: [String],
        timeout: Duration = BayeuxServer.remoteCallTimeout,
        runs: RemoteCall.Execution = .concurrently,
        _ handler: @escaping @Sendable (RemoteCallInvocation, RemoteCall, ServerSession) async throws -> Answer
    ) {
        let service = self.service
        for target in targets {
            self.registrations.append {
                try service.addRemoteCall(target, timeout: timeout, runs: runs) { call in
                    try await handler(RemoteCallInvocation(call), call, call.caller).value
                }
            }
        }
    }

    /// A method configures channels.
    public func configure(
        _ channels: [String],
        errorIfExists: Bool = true,
        configureIfExists: Bool = false,
        _ handler: @escaping @Sendable (ServerChannel) throws -> Void
    ) {
        for channel in channels {
            self.configurations.append { server in
                let created = try server.createChannelIfAbsent(channel, handler)
                guard !created.isNew else { return }
                if configureIfExists {
                    try handler(created.channel)
                } else if errorIfExists {
                    throw ServiceError(.channelConfigured, channel)
                }
            }
        }
    }
}

// MARK: - Results

/// What the methods return, brought to one form.
///
/// They are asynchronous and throw whether they need to or not: the calls that they enclose may, and are then marked
/// with `try await` in any case.
extension ServiceRegistrar {
    /// What a remote call is answered with.
    public struct Answer: Sendable {
        let value: RemoteCallAnswer
    }

    /// Whether a message goes on.
    public static func verdict(_ goesOn: Bool) async throws -> Bool { goesOn }

    /// A listener that has no say.
    public static func verdict(_ nothing: Void) async throws -> Bool { true }

    /// A subscription's method has ended.
    public static func finish(_ nothing: Void) async throws {}

    /// A channel is configured.
    public static func configured(_ nothing: Void) throws {}

    /// A remote call without a result.
    public static func answer(_ nothing: Void) async throws -> Answer { Answer(value: .empty) }

    /// A remote call with a result.
    public static func answer(_ result: some Encodable) async throws -> Answer {
        Answer(value: try RemoteCallAnswer.encoding(result))
    }
}

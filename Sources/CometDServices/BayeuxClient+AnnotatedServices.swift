public import CometDClient
import CometDServer

extension BayeuxClient {
    /// Registers a service that is annotated with `@Service`.
    ///
    /// In this order: the client is put into the properties with `@Session`, annotations that have no meaning on a
    /// client are refused, the service's `start()` is called, then its methods are registered in the order of the
    /// source; each `@Subscription` waits until the server has accepted it, unless there is no session
    /// yet, which brings it then.
    ///
    /// Methods get messages in a task for each channel, one message after the other. The service stays registered until
    /// it is deregistered or the client is disconnected, whether the registration is kept or not.
    ///
    /// - Parameter service: The service; the client keeps it.
    /// - Returns: What it is deregistered with.
    /// - Throws: What fails first. ``/CometDClient/ClientError``: with ``/CometDClient/ClientError/Code/channelInvalid``
    ///   for a `@RemoteCall`, a `@Configure`, a `@Listener` of a broadcast channel or one that takes a `ServerSession`;
    ///   and what the server refuses. What `start()` throws; `CancellationError`. What had been registered by then has
    ///   been taken back, and a service that had been started is stopped.
    /// - SeeAlso: CometD 3.1 reference book, "Annotated client-side services"; REQUIREMENTS V7.
    @discardableResult
    public func register(_ service: some AnnotatedService) async throws -> ClientServiceRegistration {
        let registrar = ServiceRegistrar(.client(self))
        service.register(with: registrar)
        for declaration in registrar.declarations { try declaration.checkForClient() }
        try await service.start()
        let lifetime = ServiceLifetime()
        var subscriptions: [ClientSubscription] = []
        do {
            for declaration in registrar.declarations {
                guard let subscription = try await declaration.add(to: self, lifetime) else { continue }
                subscriptions.append(subscription)
            }
        } catch {
            await ClientServiceRegistration(service, lifetime, subscriptions).deregister()
            throw error
        }
        return ClientServiceRegistration(service, lifetime, subscriptions)
    }
}

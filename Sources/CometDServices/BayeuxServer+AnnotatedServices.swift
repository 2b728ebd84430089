public import CometDServer

extension BayeuxServer {
    /// Registers a service that is annotated with `@Service`.
    ///
    /// In this order: the service's session is made and put into the properties with `@Session`, channels are
    /// configured, the service's `start()` is called, then its methods are registered in the order of the source.
    ///
    /// - Parameter service: The service; the server keeps it.
    /// - Returns: What it is deregistered with; it need not be kept.
    /// - Throws: What fails first: the session's handshake, a configuration, `start()`, or a registration. What had
    ///   been registered by then has been taken back, and a service that had been started is stopped.
    @discardableResult
    public func register(_ service: some AnnotatedService) async throws -> ServiceRegistration {
        let bayeux = try await BayeuxService(type(of: service).serviceName, on: self)
        let registrar = ServiceRegistrar(.local(bayeux.localSession))
        service.register(with: registrar)
        do {
            for declaration in registrar.declarations { try declaration.configure(on: self) }
            try await service.start()
        } catch {
            await bayeux.close()
            throw error
        }
        let registered = RegisteredService(bayeux: bayeux, annotated: service)
        do {
            for declaration in registrar.declarations { try await declaration.add(to: bayeux) }
            guard let key = await self.adoptService(registered) else {
                throw ServiceError(.ended, bayeux.name)
            }
            return ServiceRegistration(registered, key: key, on: self)
        } catch {
            await registered.stop()
            throw error
        }
    }
}

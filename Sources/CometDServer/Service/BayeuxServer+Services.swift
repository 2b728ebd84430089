extension BayeuxServer {
    /// Adds a service that starts and stops with the server.
    ///
    /// - Parameter service: The service; it is started at once when ``startServices()`` has started the others.
    /// - Throws: What its start throws; ``ServiceError`` with `ended` when the server has ended.
    public func addService(_ service: some StartableService) async throws {
        try await self.services.add(service)
    }

    /// Starts the services that were added, one after the other, unless that has been done.
    ///
    /// ``run()`` and `BayeuxListener` do it by themselves. Call it where another server takes requests, so that
    /// services are ready before the first one comes: with Hummingbird in `beforeServerStarts`.
    ///
    /// - Throws: What a service's start throws. Those before it have been stopped again, and the server is of no use.
    public func startServices() async throws {
        try await self.services.start()
    }

    /// Adds a service that has been started already, so that it is stopped with the server.
    ///
    /// - Returns: A value for ``removeService(_:)``; `nil` when the server has ended.
    package func adoptService(_ service: some StartableService) async -> Int? {
        await self.services.adopt(service)
    }

    /// Forgets a service without stopping it.
    ///
    /// - Returns: Whether it is still to be stopped.
    package func removeService(_ key: Int) async -> Bool {
        await self.services.remove(key)
    }
}

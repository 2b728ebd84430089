/// Something of the application that starts and stops with the server.
///
/// ```swift
/// try await server.addService(Newsroom())
/// ```
///
/// - SeeAlso: REQUIREMENTS V1, V2 (`@PostConstruct`, `@PreDestroy`).
public protocol StartableService: Sendable {
    /// Called before the server serves, in the order in which services were added.
    ///
    /// - Throws: Anything; the services that have been started are stopped, and the server does not serve.
    func start() async throws

    /// Called when the server has ended, in the reverse order.
    func stop() async
}

extension StartableService {
    /// Does nothing.
    public func start() async throws {}

    /// Does nothing.
    public func stop() async {}
}

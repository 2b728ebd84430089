public import CometDServer

/// A service that has been registered on a server.
///
/// It stays registered until it is deregistered or the server has ended; the registration need not be kept.
public final class ServiceRegistration: Sendable {
    /// The service's name.
    public let name: String
    /// The service's own session.
    public let localSession: LocalSession
    private let service: RegisteredService
    private let key: Int
    /// Not held: the server holds what is registered with it.
    private weak let server: BayeuxServer?

    init(_ service: RegisteredService, key: Int, on server: BayeuxServer) {
        self.name = service.bayeux.name
        self.localSession = service.bayeux.localSession
        self.service = service
        self.key = key
        self.server = server
    }

    /// Takes the methods out of the server, ends the service's session and calls its `stop()`.
    ///
    /// Nothing happens when that has been done already. Methods that are running are not waited for.
    public func deregister() async {
        guard let server = self.server, await server.removeService(self.key) else { return }
        await self.service.stop()
    }
}

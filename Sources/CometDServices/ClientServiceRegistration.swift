import CometDClient
import CometDServer

/// A service that has been registered on a client; see ``CometDClient/BayeuxClient/register(_:)``.
///
/// It stays registered until it is deregistered or the client is disconnected; the registration need not be kept.
public final class ClientServiceRegistration: Sendable {
    /// The service's name.
    public let name: String
    private let service: any AnnotatedService
    private let lifetime: ServiceLifetime
    private let subscriptions: [ClientSubscription]

    init(_ service: some AnnotatedService, _ lifetime: ServiceLifetime, _ subscriptions: [ClientSubscription]) {
        self.name = type(of: service).serviceName
        self.service = service
        self.lifetime = lifetime
        self.subscriptions = subscriptions
    }

    /// Takes the methods out of the client, tells the server, and calls the service's `stop()`.
    ///
    /// Methods that are running are not waited for, and no others are called. It waits for the server's answers, and so
    /// for a connection that is broken. Nothing happens when it has been done already.
    public func deregister() async {
        guard self.lifetime.end() else { return }
        // In a task of its own: this is done to its end, even by a task that has been cancelled.
        await Task {
            await withTaskGroup { tasks in
                for subscription in self.subscriptions {
                    // The client has forgotten it by now, whatever the server says.
                    tasks.addTask { try? await subscription.unsubscribe() }
                }
            }
            await self.service.stop()
        }.value
    }
}

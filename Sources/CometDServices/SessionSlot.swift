public import CometDClient
public import CometDServer
import Synchronization

/// Where the value of a property with `@Session` lies; for code that the macro writes.
public final class SessionSlot<Value: Sendable>: Sendable {
    private let read = Mutex<@Sendable () -> Value?>({ nil })

    /// Makes an empty slot.
    public init() {}

    /// The session; `nil` until the service is registered.
    public var session: Value? { self.read.withLock { $0 }() }

    fileprivate func fill(_ read: @escaping @Sendable () -> Value?) { self.read.withLock { $0 = read } }
}

extension SessionSlot where Value == LocalSession {
    /// Takes the service's session; on a client there is none.
    public func fill(from registrar: ServiceRegistrar) {
        guard case .local(let session) = registrar.session else { return }
        self.fill { session }
    }
}

extension SessionSlot where Value == ServerSession {
    /// Takes the server's side of the service's session; on a client there is none.
    public func fill(from registrar: ServiceRegistrar) {
        guard case .local(let session) = registrar.session else { return }
        let serverSession = session.serverSession
        self.fill { serverSession }
    }
}

extension SessionSlot where Value == BayeuxClient {
    /// Takes the client; on a server there is none.
    ///
    /// It is not held: the client holds its services, and ends with whoever made it.
    public func fill(from registrar: ServiceRegistrar) {
        guard case .client(let client) = registrar.session else { return }
        self.fill { [weak client] in client }
    }
}

public import CometDServer
import Synchronization

/// Where the value of a property with `@Session` lies; for code that the macro writes.
public final class SessionSlot<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    /// Makes an empty slot.
    public init() {}

    /// The session; `nil` until the service is registered.
    public var session: Value? { self.value.withLock { $0 } }

    fileprivate func fill(_ session: Value) { self.value.withLock { $0 = session } }
}

extension SessionSlot where Value == LocalSession {
    /// Takes the service's session.
    public func fill(from registrar: ServiceRegistrar) { self.fill(registrar.localSession) }
}

extension SessionSlot where Value == ServerSession {
    /// Takes the server's side of the service's session.
    public func fill(from registrar: ServiceRegistrar) { self.fill(registrar.localSession.serverSession) }
}

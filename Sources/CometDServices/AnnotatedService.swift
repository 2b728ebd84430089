public import CometDServer

/// A type with `@Service`: the macro writes the conformance.
///
/// Its `start()` is called when the service is registered, when channels have been configured and before any message
/// reaches it; its `stop()` when it is deregistered or the server has ended. Both do nothing unless the type has them.
/// A service on a client is stopped only when it is deregistered.
public protocol AnnotatedService: StartableService {
    /// What the service is called in logs and in its session's id.
    static var serviceName: String { get }

    /// Tells which methods are called for what; written by the macro.
    ///
    /// - Parameter registrar: Told of each annotated method.
    nonisolated func register(with registrar: ServiceRegistrar)
}

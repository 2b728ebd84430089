import CometDServer

/// An annotation of a method for one channel or target, and how the method is called.
enum ServiceDeclaration: Sendable {
    /// `@Listener`.
    case listener(
        channel: String,
        receivesOwnPublishes: Bool,
        needsSender: Bool,
        handler: @Sendable (inout ServiceInvocation) async throws -> Bool
    )
    /// `@Subscription`.
    case subscription(channel: String, handler: @Sendable (ServiceInvocation) async throws -> Void)
    /// `@RemoteCall`.
    case remoteCall(
        target: String,
        timeout: Duration,
        execution: RemoteCall.Execution,
        handler: @Sendable (RemoteCallInvocation, RemoteCall, ServerSession) async throws -> ServiceRegistrar.Answer
    )
    /// `@Configure`.
    case configuration(
        channel: String,
        errorIfExists: Bool,
        configureIfExists: Bool,
        handler: @Sendable (ServerChannel) throws -> Void
    )
}

import CometDClient
public import CometDServer

/// Takes down the annotated methods of a service; for code that the macro writes.
///
/// Nothing is registered while it is told: servers and clients go through what it has taken down, each in the order of
/// its own ``CometDServer/BayeuxServer/register(_:)``.
public final class ServiceRegistrar {
    /// The session that the service gets.
    enum Session {
        case local(LocalSession)
        case client(BayeuxClient)
    }

    let session: Session
    /// The annotations, in the order of the source; one for each channel or target.
    private(set) var declarations: [ServiceDeclaration] = []

    init(_ session: Session) { self.session = session }

    /// A method listens to channels.
    ///
    /// - Parameters:
    ///   - channels: The channels, patterns or templates.
    ///   - receiveOwnPublishes: Whether it is called for what the service's own session publishes.
    ///   - needsSender: Whether it is called only for what a session has published.
    ///   - handler: Calls the method, and tells whether the message goes on.
    public func addListener(
        _ channels: [String],
        receiveOwnPublishes: Bool = false,
        needsSender: Bool = false,
        _ handler: @escaping @Sendable (inout ServiceInvocation) async throws -> Bool
    ) {
        for channel in channels {
            self.declarations.append(
                .listener(
                    channel: channel,
                    receivesOwnPublishes: receiveOwnPublishes,
                    needsSender: needsSender,
                    handler: handler
                )
            )
        }
    }

    /// A method takes what reaches the service's session.
    public func addSubscription(
        _ channels: [String],
        _ handler: @escaping @Sendable (ServiceInvocation) async throws -> Void
    ) {
        for channel in channels { self.declarations.append(.subscription(channel: channel, handler: handler)) }
    }

    /// A method answers calls.
    public func addRemoteCall(
        _ targets: [String],
        timeout: Duration = BayeuxServer.remoteCallTimeout,
        runs: RemoteCall.Execution = .concurrently,
        _ handler: @escaping @Sendable (RemoteCallInvocation, RemoteCall, ServerSession) async throws -> Answer
    ) {
        for target in targets {
            self.declarations.append(
                .remoteCall(target: target, timeout: timeout, execution: runs, handler: handler)
            )
        }
    }

    /// A method configures channels.
    public func configure(
        _ channels: [String],
        errorIfExists: Bool = true,
        configureIfExists: Bool = false,
        _ handler: @escaping @Sendable (ServerChannel) throws -> Void
    ) {
        for channel in channels {
            self.declarations.append(
                .configuration(
                    channel: channel,
                    errorIfExists: errorIfExists,
                    configureIfExists: configureIfExists,
                    handler: handler
                )
            )
        }
    }
}

// MARK: - Results

/// What the methods return, brought to one form.
///
/// They are asynchronous and throw whether they need to or not: the calls that they enclose may, and are then marked
/// with `try await` in any case.
extension ServiceRegistrar {
    /// What a remote call is answered with.
    public struct Answer: Sendable {
        let value: RemoteCallAnswer
    }

    /// Whether a message goes on.
    public static func verdict(_ goesOn: Bool) async throws -> Bool { goesOn }

    /// A listener that has no say.
    public static func verdict(_ nothing: Void) async throws -> Bool { true }

    /// A subscription's method has ended.
    public static func finish(_ nothing: Void) async throws {}

    /// A channel is configured.
    public static func configured(_ nothing: Void) throws {}

    /// A remote call without a result.
    public static func answer(_ nothing: Void) async throws -> Answer { Answer(value: .empty) }

    /// A remote call with a result.
    public static func answer(_ result: some Encodable) async throws -> Answer {
        Answer(value: try RemoteCallAnswer.encoding(result))
    }
}

public import Bayeux
import Logging
import Synchronization

/// Functions of the server that clients reach by publishing, with a local session of their own.
///
/// ```swift
/// let service = try await BayeuxService("echo", on: server)
/// try service.addService("/service/echo") { request in request.data }
/// ```
///
/// Handlers run on the event loop of whoever publishes, before subscribers get the message: while one waits, later
/// messages of the same client wait too, and nobody else's. What takes long belongs into a remote call.
///
/// What has been added stays until it is removed, or ``close()`` removes all; the service itself need not be kept.
///
/// - SeeAlso: CometD 3.1 reference book, "Inherited services" (`AbstractService`); REQUIREMENTS V1.
public final class BayeuxService: Sendable {
    /// Told of what a handler has thrown, where the handler ran.
    public typealias FailureListener = @Sendable (any Error, ServiceRequest) -> Void

    /// Something that was added, and how it is removed.
    private struct Entry {
        var channel: String
        var token: ListenerToken
        var listened: ServerChannel
    }

    private struct State {
        var entries: [Entry] = []
        var subscriptions: [ListenerToken] = []
        var targets: [String] = []
    }

    /// The service's name, for people; several may have the same.
    public let name: String
    /// Not held: the server holds what belongs to it.
    private weak let server: BayeuxServer?
    /// The service's own client: what it publishes comes from here.
    public let localSession: LocalSession
    private let callbacks: ServiceCallbacks
    private let state = Mutex(State())

    /// Makes a service, with a local session that has shaken hands.
    ///
    /// - Parameters:
    ///   - name: What the service is called in logs and in its session's id.
    ///   - server: The server.
    ///   - seesOwnPublishes: Whether handlers are called for what this service's own session publishes. Default
    ///     `false`.
    ///   - onFailure: Told of what a handler throws, after it has been logged.
    /// - Throws: What ``BayeuxServer/makeLocalSession(_:ext:)`` throws: the security policy may refuse the session.
    public init(
        _ name: String,
        on server: BayeuxServer,
        seesOwnPublishes: Bool = false,
        onFailure: FailureListener? = nil
    ) async throws {
        self.name = name
        self.server = server
        self.localSession = try await server.makeLocalSession(name)
        self.callbacks = ServiceCallbacks(
            session: self.localSession,
            seesOwnPublishes: seesOwnPublishes,
            onFailure: onFailure,
            logger: server.core.logger
        )
    }

    /// The server's side of ``localSession``.
    public var serverSession: ServerSession { self.localSession.serverSession }

    /// Sends a value to one client, from this service.
    ///
    /// - Parameters:
    ///   - value: The payload; `JSONBytes` go out as they are, `BinaryData` with its mark in `ext`.
    ///   - session: The client.
    ///   - channel: The channel that the client sees.
    /// - Throws: `EncodingError` when the value cannot be encoded.
    public func send(_ value: some Encodable, to session: ServerSession, on channel: String) throws {
        session.deliver(try BayeuxMessage(channel: channel, encoding: value), from: self.localSession)
    }

    /// Removes everything that was added, and ends the local session.
    public func close() async {
        let state = self.state.withLock { state in
            defer { state = State() }
            return state
        }
        for entry in state.entries { entry.listened.removeListener(entry.token) }
        for target in state.targets { self.server?.removeRemoteCall(target) }
        for token in state.subscriptions { try? await self.localSession.unsubscribe(token) }
        await self.localSession.disconnect()
    }
}

// MARK: - Adding and removing

extension BayeuxService {
    /// Adds a handler whose result goes back to the caller.
    ///
    /// Several handlers of one channel are called in the order in which they were added.
    ///
    /// - Parameters:
    ///   - channel: A channel, a pattern such as `/chat/**`, or a template such as `/news/{category}`, whose values
    ///     come as ``ServiceRequest/parameters``.
    ///   - handler: Called for each message. What it returns is delivered to the sender, and to nobody else, on the
    ///     message's channel and with its `id`; `nil` is not delivered. What it throws is logged and changes nothing.
    /// - Returns: A value for ``removeService(_:)-(ListenerToken)``.
    /// - Throws: ``/Bayeux/BayeuxError`` when the channel is illegal or there are too many; ``ServiceError`` when the
    ///   server has gone.
    @discardableResult
    public func addService<Answer: Encodable & Sendable>(
        _ channel: String,
        _ handler: @escaping @Sendable (ServiceRequest) async throws -> Answer?
    ) throws -> ListenerToken {
        let session = self.localSession
        return try self.addListener(channel) { request in
            guard let answer = try await handler(request) else { return true }
            var message = try BayeuxMessage(channel: request.channel, encoding: answer)
            message[.id] = request.message[.id]
            request.sender?.deliver(message, from: session)
            return true
        }
    }

    /// Adds a handler that does not answer by itself.
    ///
    /// - Parameters:
    ///   - channel: A channel, a pattern or a template.
    ///   - handler: Called for each message. What it throws is logged and changes nothing.
    /// - Returns: A value for ``removeService(_:)-(ListenerToken)``.
    /// - Throws: ``/Bayeux/BayeuxError`` when the channel is illegal or there are too many; ``ServiceError`` when the
    ///   server has gone.
    @discardableResult
    public func addService(
        _ channel: String,
        _ handler: @escaping @Sendable (ServiceRequest) async throws -> Void
    ) throws -> ListenerToken {
        try self.addListener(channel) { request in
            try await handler(request)
            return true
        }
    }

    /// Removes all handlers that were added for a channel, a pattern or a template, named as then.
    public func removeService(_ channel: String) {
        self.remove { $0.channel == channel }
    }

    /// Removes one handler.
    public func removeService(_ token: ListenerToken) {
        self.remove { $0.token == token }
    }

    private func remove(where isMeant: (Entry) -> Bool) {
        let removed = self.state.withLock { state in
            let removed = state.entries.filter(isMeant)
            state.entries.removeAll(where: isMeant)
            return removed
        }
        for entry in removed { entry.listened.removeListener(entry.token) }
    }

    /// Adds a listener that may change or stop the message.
    ///
    /// - Parameters:
    ///   - channel: A channel, a pattern or a template.
    ///   - receivesOwnPublishes: Whether it is called for what the service publishes; `nil`: as the service says.
    ///   - handler: Says whether the message goes on.
    /// - Returns: A value for ``removeService(_:)-(ListenerToken)``.
    /// - Throws: ``/Bayeux/BayeuxError`` when the channel is illegal or there are too many; ``ServiceError`` when the
    ///   server has gone.
    @discardableResult
    package func addListener(
        _ channel: String,
        receivesOwnPublishes: Bool? = nil,
        _ handler: @escaping @Sendable (inout ServiceRequest) async throws -> Bool
    ) throws -> ListenerToken {
        let pattern = try ChannelPattern(channel)
        let listened = try self.existingServer().channel(pattern.listened)
        let callbacks = self.callbacks
        let token = listened.addListener { sender, message in
            await callbacks.call(
                handler,
                with: &message,
                from: sender,
                pattern,
                seesOwnPublishes: receivesOwnPublishes
            )
        }
        self.state.withLock { $0.entries.append(Entry(channel: channel, token: token, listened: listened)) }
        return token
    }

    /// Subscribes the local session.
    ///
    /// - Parameters:
    ///   - channel: A channel, a pattern or a template.
    ///   - handler: Called for each message that reaches the session.
    /// - Throws: What the session's subscription throws, such as a refusal of the security policy.
    package func addSubscription(
        _ channel: String,
        _ handler: @escaping @Sendable (ServiceRequest) async throws -> Void
    ) async throws {
        let pattern = try ChannelPattern(channel)
        let callbacks = self.callbacks
        let token = try await self.localSession.subscribe(to: pattern.listened) { message in
            await callbacks.call(handler, with: message, pattern)
        }
        self.state.withLock { $0.subscriptions.append(token) }
    }

    /// Adds a remote call that ends with the service.
    package func addRemoteCall(
        _ target: String,
        timeout: Duration,
        runs execution: RemoteCall.Execution,
        _ handler: @escaping @Sendable (RemoteCall) async throws -> RemoteCallAnswer
    ) throws {
        try self.existingServer().addRemoteCall(target, timeout: timeout, runs: execution, answering: handler)
        self.state.withLock { $0.targets.append(target) }
    }

    private func existingServer() throws -> BayeuxServer {
        guard let server = self.server else { throw ServiceError(.ended, self.name) }
        return server
    }
}

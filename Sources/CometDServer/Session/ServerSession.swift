public import Bayeux
public import NIOCore
import Synchronization

/// One client's session, for applications: cheap to keep and to pass between tasks.
///
/// What it is asked to do happens on the session's event loop: straight away when called there, else soon after. A
/// session that has ended ignores it. While the security policy decides about its handshake a session keeps what is
/// set on it, and ignores the rest.
///
/// - SeeAlso: CometD 3.1 reference book, "Sessions"; REQUIREMENTS E1.
public final class ServerSession: Sendable {
    /// The session's `clientId`.
    ///
    /// Whoever knows it can act as the client: keep it secret.
    public let id: String
    /// The `User-Agent` of the request that brought the handshake.
    public let userAgent: String?
    /// Whether the client lives in the server itself; see ``LocalSession``.
    public let isLocal: Bool
    /// Values that the application keeps with the session, such as who its user is.
    public let attributes = Attributes()
    let shard: Shard
    private let settings = Mutex<SessionSettings?>(nil)
    private let progress = Atomic<UInt8>(0)

    init(id: String, shard: Shard, userAgent: String?, isLocal: Bool) {
        self.id = id
        self.shard = shard
        self.userAgent = userAgent
        self.isLocal = isLocal
    }

    /// The event loop that the session lives on; listeners and policies are called there.
    public var eventLoop: any EventLoop { self.shard.eventLoop }

    /// Whether the handshake has succeeded and the session has not ended.
    public var isHandshook: Bool { self.progress.load(ordering: .relaxed) & 5 == 1 }

    /// Whether a connect has come from the client and the session has not ended.
    public var isConnected: Bool { self.progress.load(ordering: .relaxed) & 6 == 2 }

    /// Notes how far the session has come.
    func note(_ step: Progress) { self.progress.bitwiseOr(step.rawValue, ordering: .relaxed) }

    enum Progress: UInt8 {
        case handshook = 1
        case connected = 2
        case ended = 4
    }
}

// MARK: - Delivery

extension ServerSession {
    /// Sends a message to this client, on any channel, whether it has subscribed to it or not.
    ///
    /// - Parameters:
    ///   - data: The payload.
    ///   - channel: The channel that the client sees; its listeners there get the message.
    ///   - sender: Who listeners and extensions see as the sender. Default: nobody.
    public func deliver(_ data: JSONBytes?, on channel: String, from sender: LocalSession? = nil) {
        self.deliver(BayeuxMessage(channel: channel, data: data), from: sender)
    }

    /// Sends a message to this client; its `clientId` is left out.
    ///
    /// - Parameters:
    ///   - message: The message. A lazy one waits for others, at most for the transport's `maxLazyTimeout`.
    ///   - sender: Who listeners and extensions see as the sender. Default: nobody.
    public func deliver(_ message: BayeuxMessage, from sender: LocalSession? = nil) {
        let (sender, depth) = (sender?.serverSession, PublishDepth.current)
        self.perform { $0.deliver(message, from: sender, depth: depth) { _ in } }
    }

    /// Sends a value as the payload of a message; see ``deliver(_:from:)``.
    ///
    /// - Throws: `EncodingError`, or what the value's own `encode(to:)` throws; nothing is sent then.
    @_disfavoredOverload
    public func deliver(_ value: some Encodable, on channel: String, from sender: LocalSession? = nil) throws {
        self.deliver(try JSONBytes(encoding: value), on: channel, from: sender)
    }

    /// Sends a message to this client and waits until it is queued.
    ///
    /// - Returns: Whether it is: `false` when an extension, a listener or a limit has dropped it, or the session has
    ///   ended.
    public func deliverConfirmed(_ message: BayeuxMessage, from sender: LocalSession? = nil) async -> Bool {
        let (sender, depth, id, shard) = (sender?.serverSession, PublishDepth.current, self.id, self.shard)
        return await withCheckedContinuation { continuation in
            shard.performOrElse {
                continuation.resume(returning: false)
            } body: { shard in
                guard let session = shard.session(id) else { return continuation.resume(returning: false) }
                session.deliver(message, from: sender, depth: depth) { continuation.resume(returning: $0) }
            }
        }
    }

    /// The channels that the session is subscribed to, in no order.
    public func subscriptions() async -> [ChannelID] {
        let id = self.id
        return await self.shard.compute { $0.session(id)?.subscriptions.values.map(\.channel.channel.id) ?? [] } ?? []
    }

    /// Ends the session; a connect that it holds is answered with the advice not to come back.
    public func disconnect() {
        let id = self.id
        self.shard.perform { shard in
            if let session = shard.session(id) { shard.remove(session, reason: .disconnected) }
        }
    }
}

// MARK: - Batches

extension ServerSession {
    /// Holds back what is sent to the client until ``endBatch()`` has been called as often as this.
    ///
    /// What waits leaves together then. An answer that leaves meanwhile takes it along, limits count.
    ///
    /// - SeeAlso: REQUIREMENTS S7.
    public func startBatch() { self.perform { $0.batchCount += 1 } }

    /// Ends what ``startBatch()`` began; one too many is ignored.
    public func endBatch() {
        self.perform { session in
            guard session.batchCount > 0 else { return }
            session.batchCount -= 1
            if session.batchCount == 0 { session.flush() }
        }
    }

    /// Sends what a function delivers together.
    public func batch(_ body: () throws -> Void) rethrows {
        self.startBatch()
        defer { self.endBatch() }
        try body()
    }
}

// MARK: - Settings

extension ServerSession {
    /// How long the session's connects are held; `nil`, the default, is the transport's `timeout`.
    ///
    /// The client is told with the reply to its next connect.
    public var timeout: Duration? {
        get { self.currentSettings?.values.timeout }
        set { self.change { $0.timeout = newValue } }
    }

    /// How long the client shall wait between two connects; `nil`, the default, is the transport's `interval`.
    ///
    /// The client is told with the reply to its next connect.
    public var interval: Duration? {
        get { self.currentSettings?.values.interval }
        set { self.change { $0.interval = newValue } }
    }

    /// How long the server waits for the next connect; `nil`, the default, is the transport's `maxInterval`.
    ///
    /// A change counts from now on when no connect is held.
    public var maxInterval: Duration? {
        get { self.currentSettings?.values.maxInterval }
        set { self.change { $0.maxInterval = newValue } }
    }

    /// Whether the session gets what it publishes itself to channels that it is subscribed to; `nil`, the default, is
    /// the server's `broadcastToPublisher`.
    ///
    /// A channel that decides over it goes first.
    public var broadcastsToPublisher: Bool? {
        get { self.currentSettings?.values.broadcastsToPublisher }
        set { self.change { $0.broadcastsToPublisher = newValue } }
    }

    /// Adds a listener behind those that are there.
    ///
    /// - Returns: A value for ``removeListener(_:)``.
    @discardableResult
    public func addListener(_ listener: Listener) -> ListenerToken {
        self.change { $0.listeners.add(listener) }
    }

    /// Removes a listener.
    public func removeListener(_ token: ListenerToken) {
        _ = self.change { $0.listeners.remove(token) }
    }

    /// Adds an extension for this session's messages, behind those that are there.
    ///
    /// - Returns: A value for ``removeExtension(_:)``.
    @discardableResult
    public func addExtension(_ installed: some BayeuxExtension) -> ListenerToken {
        self.change { $0.extensions.add(installed) }
    }

    /// Removes an extension; a message that is under way may still pass it.
    public func removeExtension(_ token: ListenerToken) {
        _ = self.change { $0.extensions.remove(token) }
    }

    /// What the application has set.
    var currentSettings: SessionSettings? { self.settings.withLock { $0 } }

    private func change<Result: Sendable>(_ body: (inout SessionSettings.Values) -> Result) -> Result {
        // What was set before is let go of outside of the lock: its end may set something itself.
        let (result, previous) = self.settings.withLock { settings in
            var values = settings?.values ?? SessionSettings.Values()
            let result = body(&values)
            let previous = settings
            settings = SessionSettings(values)
            return (result, previous)
        }
        self.perform { $0.settingsChanged() }
        withExtendedLifetime(previous) {}
        return result
    }
}

// MARK: - What the transports tell

extension ServerSession {
    /// The client of a connect that this session holds has gone away.
    package func heldRequestAborted(_ responder: any RequestResponder) {
        self.perform { $0.heldRequestAborted(responder) }
    }

    func answerWriteEnded() {
        self.perform { $0.answerWriteEnded() }
    }

    func perform(_ body: @escaping @Sendable (SessionState) -> Void) {
        let id = self.id
        self.shard.perform { shard in
            if let session = shard.session(id) { body(session) }
        }
    }
}

extension ServerSession: Hashable {
    /// Sessions are the same when their ids are.
    public static func == (one: ServerSession, other: ServerSession) -> Bool { one.id == other.id }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.id) }
}

extension ServerSession: CustomStringConvertible {
    /// The beginning of the id, enough to tell sessions apart in a log without giving them away.
    public var description: String { self.id.prefix(12) + "…" }
}

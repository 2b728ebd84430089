public import Bayeux
import NIOCore
import Synchronization

/// A client that lives in the server, such as a service: it subscribes, publishes and gets messages like any other,
/// without a connection.
///
/// Extensions see its messages; the security policy and authorizers are asked about it. It never expires.
///
/// ```swift
/// let session = try await server.makeLocalSession("news")
/// _ = try await session.subscribe(to: "/news/**") { message in … }
/// try await session.publish("hello", to: "/news/sport")
/// ```
///
/// - SeeAlso: CometD 3.1 reference book, "Local sessions"; REQUIREMENTS E3, E4.
public final class LocalSession: Sendable {
    /// The server's half of the session, whose id begins with the hint it was made with.
    public let serverSession: ServerSession
    private let connection: NIOLoopBound<LocalConnection>
    private let link: PushLink

    private init(_ session: ServerSession, _ connection: NIOLoopBound<LocalConnection>, _ link: PushLink) {
        self.serverSession = session
        self.connection = connection
        self.link = link
    }

    /// The session's `clientId`.
    public var id: String { self.serverSession.id }

    /// Publishes a payload, and waits until the server has processed it.
    ///
    /// - Throws: ``RequestFailure`` when it is refused.
    public func publish(_ data: JSONBytes?, to channel: String) async throws {
        // Whoever passes on names that clients have chosen must not end the session with them.
        guard !channel.hasPrefix("/meta/") else { throw RequestFailure("403:denied_by_security_policy:publish denied") }
        _ = try await self.request(BayeuxMessage(channel: channel, data: data))
    }

    /// Publishes a value as the payload, and waits until the server has processed it.
    ///
    /// - Throws: ``RequestFailure`` when it is refused; `EncodingError`, or what the value's own `encode(to:)` throws.
    @_disfavoredOverload
    public func publish(_ value: some Encodable, to channel: String) async throws {
        try await self.publish(try JSONBytes(encoding: value), to: channel)
    }

    /// Subscribes to a channel or pattern.
    ///
    /// The handler gets one message after the other, on the session's event loop; it may suspend. When more than 1,024
    /// messages wait for it, further ones wait in the session's queue, whose limits are those of WebSockets.
    ///
    /// - Parameters:
    ///   - channel: The channel or pattern.
    ///   - handler: Called with each message; what it throws is logged.
    /// - Returns: A value for ``unsubscribe(_:)``.
    /// - Throws: ``RequestFailure`` when it is refused; ``/Bayeux/BayeuxError`` when the name is no channel's.
    @discardableResult
    public func subscribe(
        to channel: String,
        _ handler: @escaping @Sendable (BayeuxMessage) async throws -> Void
    ) async throws -> ListenerToken {
        try await self.subscribe(to: channel, ended: nil, handler)
    }

    private func subscribe(
        to channel: String,
        ended: (@Sendable () -> Void)?,
        _ handler: @escaping @Sendable (BayeuxMessage) async throws -> Void
    ) async throws -> ListenerToken {
        let id = try ChannelID(channel)
        let token = await self.add(handler, to: id, isSubscription: true, ended: ended)
        var request = BayeuxMessage(channel: "/meta/subscribe")
        request[.subscription] = JSONBytes(.string(id.name))
        do {
            _ = try await self.request(request)
            return token
        } catch {
            _ = await self.withConnection { $0.remove(token) != nil }
            throw error
        }
    }

    /// Ends what ``subscribe(to:_:)`` or ``addListener(for:_:)`` began.
    ///
    /// - Throws: ``RequestFailure`` when the session has ended.
    public func unsubscribe(_ token: ListenerToken) async throws {
        let channel = await self.withConnection { $0.removeLast(token) }
        guard let channel = channel ?? nil else { return }
        _ = try await self.request(Self.unsubscription(from: channel))
    }

    /// The same for one who does not wait for it.
    private func end(_ token: ListenerToken, on shard: ShardState) {
        guard let channel = self.connection.value.removeLast(token) else { return }
        self.send(Self.unsubscription(from: channel), depth: 0, answeredWithin: nil, on: shard) { _ in }
    }

    private static func unsubscription(from channel: ChannelID) -> BayeuxMessage {
        var request = BayeuxMessage(channel: "/meta/unsubscribe")
        request[.subscription] = JSONBytes(.string(channel.name))
        return request
    }

    /// Listens to what is delivered to this session on a channel, without subscribing to it.
    ///
    /// - Parameters:
    ///   - channel: The channel or pattern, also below `/service/`.
    ///   - handler: Called with each message; what it throws is logged.
    /// - Returns: A value for ``unsubscribe(_:)``.
    /// - Throws: ``/Bayeux/BayeuxError`` when the name is no channel's.
    @discardableResult
    public func addListener(
        for channel: String,
        _ handler: @escaping @Sendable (BayeuxMessage) async throws -> Void
    ) async throws -> ListenerToken {
        await self.add(handler, to: try ChannelID(channel), isSubscription: false)
    }

    /// The messages of a channel or pattern as a sequence, which ends with the session; ending it unsubscribes.
    ///
    /// - Parameters:
    ///   - channel: The channel or pattern.
    ///   - limit: How many messages may wait for the one who takes them. Default 256; those beyond it are dropped, and
    ///     counted by ``EventStream/droppedCount``.
    /// - Returns: The messages from now on.
    /// - Throws: As ``subscribe(to:_:)``.
    public func messages(on channel: String, buffering limit: Int = 256) async throws -> EventStream<BayeuxMessage> {
        let stream = EventStream<BayeuxMessage>(buffering: limit)
        let feed = stream.feed
        let token = try await self.subscribe(to: channel, ended: { feed.finish() }, { feed.yield($0) })
        stream.onTermination { self.serverSession.shard.perform { self.end(token, on: $0) } }
        return stream
    }

    /// Ends the session.
    public func disconnect() async {
        _ = try? await self.request(BayeuxMessage(channel: "/meta/disconnect"))
    }
}

// MARK: - Requests

extension LocalSession {
    /// Calls a remote procedure of the server, as a client would.
    ///
    /// - Parameters:
    ///   - target: The target, such as `contacts/17`.
    ///   - data: The argument.
    ///   - timeout: How long to wait for the answer. Default 30 s.
    /// - Returns: The answer; its `isSuccessful` tells whether `data` is a result or a failure.
    /// - Throws: ``RequestFailure`` when the call is refused or not answered in time.
    public func call(
        _ target: String,
        with data: JSONBytes?,
        timeout: Duration = .seconds(30)
    ) async throws -> BayeuxMessage {
        try await self.request(BayeuxMessage(channel: "/service/" + target, data: data), answeredWithin: timeout)
    }

    private func request(
        _ message: BayeuxMessage,
        answeredWithin timeout: Duration? = nil
    ) async throws -> BayeuxMessage {
        let depth = PublishDepth.current
        let reply: BayeuxMessage? = await withCheckedContinuation { continuation in
            self.serverSession.shard.performOrElse {
                continuation.resume(returning: nil)
            } body: { shard in
                self.send(message, depth: depth, answeredWithin: timeout, on: shard) {
                    continuation.resume(returning: $0)
                }
            }
        }
        guard let reply else { throw RequestFailure(timeout == nil ? "402::session_unknown" : "406::timeout") }
        if timeout == nil || reply.data == nil, reply.isSuccessful != true {
            throw RequestFailure(reply.error ?? "", reply: reply)
        }
        return reply
    }

    private func send(
        _ message: BayeuxMessage,
        depth: Int,
        answeredWithin timeout: Duration?,
        on shard: ShardState,
        _ completion: @escaping (BayeuxMessage?) -> Void
    ) {
        guard shard.session(self.id) != nil else { return completion(nil) }
        let connection = self.connection.value
        let id = connection.nextID()
        var message = message
        message.id = id
        message.clientID = self.id
        if let timeout {
            let timer = TimerWheel.Timer { _ in
                connection.forget("call" + id)
                connection.forget(id)
                completion(nil)
            }
            shard.timers.set(timer, in: TimeAmount(timeout))
            connection.wait(for: "call" + id) { answer in
                shard.timers.cancel(timer)
                connection.forget(id)
                completion(answer)
            }
            connection.wait(for: id) { reply in
                // The reply to the publish; only its failure is the end of the call.
                guard reply?.isSuccessful != true else { return }
                shard.timers.cancel(timer)
                connection.forget("call" + id)
                completion(reply)
            }
        } else {
            connection.wait(for: id, completion)
        }
        shard.process(
            InboundBatch(message, localHint: "", depth: depth),
            from: .link(self.link),
            bound: self.serverSession
        )
    }

    private func add(
        _ handler: @escaping LocalConnection.Handler,
        to channel: ChannelID,
        isSubscription: Bool,
        ended: (@Sendable () -> Void)? = nil
    ) async -> ListenerToken {
        let token = ListenerToken()
        _ = await self.withConnection {
            $0.add(
                LocalConnection.Listener(
                    token: token,
                    channel: channel,
                    isSubscription: isSubscription,
                    handler: handler,
                    ended: ended
                )
            )
        }
        return token
    }

    private func withConnection<Value: Sendable>(
        _ body: @escaping @Sendable (LocalConnection) -> Value
    ) async -> Value? {
        await self.serverSession.shard.compute { _ in body(self.connection.value) }
    }
}

// MARK: - Making one

extension BayeuxServer {
    /// Makes a session whose client is in the server itself.
    ///
    /// - Parameters:
    ///   - idHint: What its id begins with, for logs; other characters than letters and digits are left out.
    ///   - ext: What its handshake carries, for extensions and the security policy.
    /// - Returns: The session, connected.
    /// - Throws: ``RequestFailure`` when the security policy refuses it, or the server is draining.
    public func makeLocalSession(_ idHint: String, ext: JSONObject? = nil) async throws -> LocalSession {
        try await LocalSession.make(on: self.core.nextShard, hint: idHint, ext: ext)
    }
}

extension LocalSession {
    fileprivate static func make(on shard: Shard, hint: String, ext: JSONObject?) async throws -> LocalSession {
        let hint = String(hint.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(32))
        let depth = PublishDepth.current
        let made: Result<LocalSession, RequestFailure> = await withCheckedContinuation { continuation in
            shard.performOrElse {
                continuation.resume(returning: .failure(RequestFailure("402::session_unknown")))
            } body: { state in
                let connection = LocalConnection(on: state)
                let link = PushLink(to: connection, on: shard.eventLoop)
                let bound = NIOLoopBound(connection, eventLoop: shard.eventLoop)
                let id = connection.nextID()
                connection.wait(for: id) { reply in
                    guard let session = connection.session, reply?.isSuccessful == true else {
                        let failure = RequestFailure(reply?.error ?? "402::session_unknown", reply: reply)
                        return continuation.resume(returning: .failure(failure))
                    }
                    continuation.resume(returning: .success(LocalSession(session, bound, link)))
                }
                var handshake = BayeuxMessage(channel: "/meta/handshake")
                handshake.id = id
                handshake[.version] = JSONBytes(.string("1.0"))
                handshake.ext = ext.map { JSONBytes(.object($0)) }
                state.process(
                    InboundBatch(handshake, localHint: hint.isEmpty ? "local" : hint, depth: depth),
                    from: .link(link),
                    bound: nil
                )
            }
        }
        return try made.get()
    }
}

import Bayeux
import CometDClient
import Logging
import NIOCore
import NIOEmbedded
import Synchronization

/// A client without sockets, whose time a test moves and whose server the test plays.
final class ScriptedClient: Sendable {
    /// Messages that the client has sent.
    struct Sent: Sendable {
        let exchange: ClientExchange
        let connectionType: ConnectionType

        var messages: [JSONBytes] { (try? JSONBytes(String(buffer: self.exchange.body)))?.elements() ?? [] }
        var channels: [String] { self.messages.compactMap { $0["channel"]?.stringValue } }

        /// A member of the first message on a channel.
        func member(_ name: String, of channel: String) -> JSONBytes? {
            self.messages.first { $0["channel"]?.stringValue == channel }?[name]
        }
    }

    /// The client's way out: tells the test of each exchange.
    private final class Transport: ClientTransport {
        let connectionType: ConnectionType
        let exchanges: AsyncStream<Sent>.Continuation
        let closed: @Sendable (ConnectionType) -> Void

        init(
            _ connectionType: ConnectionType,
            _ exchanges: AsyncStream<Sent>.Continuation,
            _ closed: @escaping @Sendable (ConnectionType) -> Void
        ) {
            self.connectionType = connectionType
            self.exchanges = exchanges
            self.closed = closed
        }

        func send(_ exchange: ClientExchange) {
            self.exchanges.yield(Sent(exchange: exchange, connectionType: self.connectionType))
        }

        func abandon(_ exchange: ClientExchange.ID, _ kind: ClientExchange.Kind) {}

        func close() { self.closed(self.connectionType) }
    }

    let eventLoop = NIOAsyncTestingEventLoop()
    let client: BayeuxClient
    private let sent: AsyncStream<Sent>

    init(_ options: ClientOptions = ClientOptions(), chance: Double = 0) throws {
        let (sent, continuation) = AsyncStream<Sent>.makeStream()
        self.sent = sent
        let holder = DelegateHolder()
        let closed = ClosedTransports()
        self.holder = holder
        self.closed = closed
        self.client = try BayeuxClient(
            options: options,
            eventLoop: self.eventLoop,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            chance: { chance }
        ) { connectionType, delegate, eventLoop in
            holder.delegate.withLock { $0 = NIOLoopBound(WeakDelegate(delegate), eventLoop: eventLoop) }
            return Transport(connectionType, continuation) { type in closed.types.withLock { $0.append(type) } }
        }
    }

    private struct WeakDelegate {
        weak var delegate: (any ClientTransportDelegate)?
        init(_ delegate: any ClientTransportDelegate) { self.delegate = delegate }
    }

    private final class DelegateHolder: Sendable {
        let delegate = Mutex<NIOLoopBound<WeakDelegate>?>(nil)
    }

    private final class ClosedTransports: Sendable {
        let types = Mutex<[ConnectionType]>([])
    }

    private let holder: DelegateHolder
    private let closed: ClosedTransports

    /// The transports that the client has closed, in order.
    var closedTypes: [ConnectionType] { self.closed.types.withLock { $0 } }

    /// What the client sends next.
    func next() async throws -> Sent {
        var iterator = self.sent.makeAsyncIterator()
        guard let sent = await iterator.next() else { throw CancellationError() }
        return sent
    }

    func advance(by duration: Duration) async { await self.eventLoop.advanceTime(by: TimeAmount(duration)) }

    /// The server sends messages; over HTTP they answer an exchange.
    func receive(_ json: String, for sent: Sent? = nil) async throws {
        try await self.onLoop { delegate in
            let type = sent?.connectionType ?? .webSocket
            let exchange = type == .webSocket ? nil : sent?.exchange.id
            delegate.received(ByteBuffer(string: json), over: type, for: exchange)
            if let exchange { delegate.answered(exchange, over: type) }
        }
    }

    /// The connection of an exchange breaks.
    func fail(_ sent: Sent, _ code: ClientError.Code = .connectionLost) async throws {
        try await self.onLoop { delegate in
            let exchange = sent.connectionType == .webSocket ? nil : sent.exchange.id
            delegate.failed(ClientError(code), over: sent.connectionType, exchange: exchange)
        }
    }

    private func onLoop(_ body: @escaping @Sendable (any ClientTransportDelegate) -> Void) async throws {
        let bound = self.holder.delegate.withLock { $0 }
        try await self.eventLoop.executeInContext {
            if let delegate = bound?.value.delegate { body(delegate) }
        }
        // What was put off to the end of the turn.
        await self.eventLoop.run()
    }

    /// Answers each message of an exchange with success.
    ///
    /// - Parameters:
    ///   - sent: The exchange.
    ///   - more: Members of the replies to messages on a channel, such as `"advice":{}`.
    /// - Throws: When the loop has ended.
    func accept(_ sent: Sent, _ more: [String: String] = [:]) async throws {
        let replies = sent.messages.map { message in
            let channel = message["channel"]?.stringValue ?? ""
            var reply = "{\"channel\":\"\(channel)\",\"id\":\(message["id"]?.description ?? "null"),\"successful\":true"
            if channel == "/meta/handshake", more[channel]?.contains("clientId") != true {
                reply += ",\"clientId\":\"client\",\"supportedConnectionTypes\":[\"websocket\",\"long-polling\"]"
            }
            if let subscription = message["subscription"] { reply += ",\"subscription\":\(subscription)" }
            if let more = more[channel] { reply += "," + more }
            return reply + "}"
        }
        try await self.receive("[\(replies.joined(separator: ","))]", for: sent)
    }

    /// Refuses the only message of an exchange.
    func refuse(_ sent: Sent, _ error: String, _ more: String = "") async throws {
        let message = sent.messages[0]
        let reply =
            "{\"channel\":\(message["channel"]?.description ?? ""),\"id\":\(message["id"]?.description ?? ""),"
            + "\"successful\":false,\"error\":\"\(error)\"\(more.isEmpty ? "" : "," + more)}"
        try await self.receive("[\(reply)]", for: sent)
    }

    /// Shakes hands and has the first connect answered.
    ///
    /// - Returns: The second connect, which is held.
    @discardableResult
    func connect(_ more: [String: String] = [:]) async throws -> Sent {
        async let shaken: Void = self.client.handshake()
        try await self.accept(try await self.next(), more)
        try await shaken
        await self.advance(by: .zero)
        try await self.accept(try await self.next(), more)
        await self.advance(by: .zero)
        return try await self.next()
    }
}

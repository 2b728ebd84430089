public import Bayeux
public import CometDServer
import Logging
public import NIOCore
import NIOEmbedded

/// A server without sockets, on an event loop whose time stands still until a test moves it.
///
/// Everything happens on the thread of the test, in order: after a call returns, what could happen has happened.
public final class TestServer {
    /// The server under test.
    public let server: BayeuxServer
    private let eventLoop: EmbeddedEventLoop

    /// Makes a server.
    ///
    /// - Parameter options: How it behaves.
    public init(options: ServerOptions = ServerOptions()) {
        self.eventLoop = EmbeddedEventLoop()
        var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .trace
        self.server = BayeuxServer(options: options, eventLoopGroup: self.eventLoop, logger: logger)
    }

    deinit {
        // What the server holds refers to its event loop; both end here.
        self.eventLoop.run()
    }

    /// Does what the event loop has been asked to do by now, without moving time.
    public func settle() {
        self.eventLoop.run()
    }

    /// Moves time, firing what comes due on the way.
    public func advance(by duration: Duration) {
        self.eventLoop.advanceTime(by: TimeAmount(duration))
        self.eventLoop.run()
    }

    /// The event loop's time.
    public var now: NIODeadline { self.eventLoop.now }

    /// Opens a WebSocket.
    public func openWebSocket() -> TestWebSocket {
        TestWebSocket(on: self, eventLoop: self.eventLoop)
    }

    /// Sends one HTTP request.
    ///
    /// - Parameters:
    ///   - json: The body.
    ///   - cookie: The value of the browser cookie.
    ///   - connectionType: The transport.
    ///   - isHTTP2: Whether it comes over HTTP/2.
    /// - Returns: The request, which may be answered already, or be held.
    @discardableResult
    public func post(
        _ json: String,
        cookie: String? = nil,
        over connectionType: ConnectionType = .longPolling,
        isHTTP2: Bool = false
    ) -> TestRequest {
        let request = TestRequest()
        guard let batch = self.scan(json, connectionType, cookie: cookie, isHTTP2: isHTTP2) else {
            request.responder.respond(.status(400))
            return request
        }
        self.server.receive(batch, responder: request.responder, on: self.eventLoop)
        self.settle()
        return request
    }

    func scan(
        _ json: String,
        _ connectionType: ConnectionType,
        cookie: String? = nil,
        isHTTP2: Bool = false
    ) -> InboundBatch? {
        let bytes = ByteBuffer(string: json)
        var envelopes: ContiguousArray<MessageEnvelope> = []
        guard (try? BatchScanner.scan(bytes, limits: self.server.scanLimits, into: &envelopes)) != nil,
            !envelopes.isEmpty
        else { return nil }
        return InboundBatch(
            bytes: bytes,
            envelopes: envelopes,
            connectionType: connectionType,
            context: TestContext(),
            browserID: cookie,
            isHTTP2: isHTTP2
        )
    }
}

/// A request that came from nowhere.
struct TestContext: BayeuxContext {
    var remoteAddress: SocketAddress? { nil }
    var localAddress: SocketAddress? { nil }
    var uri: String { "/cometd" }

    func headers(_ name: String) -> [String] { name == "user-agent" ? ["TestKit"] : [] }
}

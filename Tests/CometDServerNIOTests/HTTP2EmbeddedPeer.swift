import CometDServer
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTP2

@testable import CometDServerNIO

/// The client's end of an HTTP/2 connection without TLS on an embedded channel, with a real server on the other.
///
/// Time stands still until a test moves it.
final class HTTP2EmbeddedPeer {
    /// A request that has been sent.
    final class Exchange {
        let stream: any Channel
        fileprivate(set) var answer: WireHTTPClient.Answer?
        /// Whether the stream has ended without an answer.
        fileprivate(set) var hasFailed = false

        fileprivate init(_ stream: any Channel) { self.stream = stream }
    }

    /// Notes the frames that belong to no stream.
    private final class FrameNotes: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame

        var frames: [HTTP2Frame.FramePayload] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.frames.append(self.unwrapInboundIn(data).payload)
        }
    }

    let loop: EmbeddedEventLoop
    let server: BayeuxServer
    private let pipeline: BayeuxPipeline
    private let serverSide: EmbeddedChannel
    private let clientSide: EmbeddedChannel
    private let streams: NIOHTTP2Handler.StreamMultiplexer
    private let notes = FrameNotes()
    /// Whether the client reads what the server sends, and so answers to its pings.
    var isReading = true

    convenience init(
        listener: ListenerOptions = ListenerOptions(),
        _ change: (inout ServerOptions) -> Void = { _ in }
    ) throws {
        var options = ServerOptions()
        change(&options)
        let loop = EmbeddedEventLoop()
        let server = BayeuxServer(options: options, eventLoopGroup: loop, logger: WireServer.logger)
        let pipeline = BayeuxPipeline(server: server, path: "/cometd", options: listener, fallback: NotFoundLane())
        try self.init(loop, server, pipeline)
    }

    private init(_ loop: EmbeddedEventLoop, _ server: BayeuxServer, _ pipeline: BayeuxPipeline) throws {
        self.loop = loop
        self.server = server
        self.pipeline = pipeline
        self.serverSide = EmbeddedChannel(loop: self.loop)
        try self.serverSide.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
        try pipeline.startHTTP2(self.serverSide, ConnectionFacts(of: self.serverSide), logger: WireServer.logger)
        self.clientSide = EmbeddedChannel(loop: self.loop)
        try self.clientSide.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
        // It may send what it should not.
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.headerBlockValidation = .disabled
        connection.contentLengthValidation = .disabled
        self.streams = try self.clientSide.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .client,
            connectionConfiguration: connection,
            streamConfiguration: .init()
        ) { $0.close() }
        try self.clientSide.pipeline.syncOperations.addHandler(self.notes)
        try self.settle()
    }

    deinit {
        self.clientSide.close(promise: nil)
        self.serverSide.close(promise: nil)
        self.loop.run()
    }

    /// Another connection to the same server.
    func another() throws -> HTTP2EmbeddedPeer {
        try HTTP2EmbeddedPeer(self.loop, self.server, self.pipeline)
    }

    /// Whether the server has left the connection open.
    var isOpen: Bool { self.serverSide.isActive }

    /// How often the end of the connection has been announced.
    var goAwayCount: Int {
        self.notes.frames.filter { if case .goAway(_, .noError, _) = $0 { true } else { false } }.count
    }

    /// How often the client was asked whether it is there.
    var pingCount: Int {
        self.notes.frames.filter { if case .ping(_, false) = $0 { true } else { false } }.count
    }

    /// Sends a request.
    func start(
        _ method: HTTPMethod,
        _ target: String,
        cookie: String? = nil,
        extra: HTTPHeaders = [:],
        body: String = "",
        ends: Bool = true
    ) throws -> Exchange {
        let promise = self.loop.makePromise(of: WireHTTPClient.Answer.self)
        let opened = self.streams.createStreamChannel { stream in
            stream.eventLoop.makeCompletedFuture {
                let codec = HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https)
                try stream.pipeline.syncOperations.addHandlers([codec, AnswerReader(promise)])
            }
        }
        self.loop.run()
        let exchange = Exchange(try opened.wait())
        promise.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let answer): exchange.answer = answer
            case .failure: exchange.hasFailed = true
            }
        }
        var headers: HTTPHeaders = ["host": "a"]
        if let cookie { headers.add(name: "cookie", value: cookie) }
        headers.add(contentsOf: extra)
        let head = HTTPRequestHead(version: .http2, method: method, uri: target, headers: headers)
        exchange.stream.write(HTTPClientRequestPart.head(head), promise: nil)
        exchange.stream.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        if ends { exchange.stream.write(HTTPClientRequestPart.end(nil), promise: nil) }
        exchange.stream.flush()
        try self.settle()
        return exchange
    }

    /// A session, made with its first connect and a subscription to `/a`.
    ///
    /// - Parameter cookie: The browser that it belongs to.
    /// - Returns: The session.
    /// - Throws: What goes wrong with the connection.
    func openSession(_ cookie: String? = nil) throws -> HTTPEmbeddedPeer.Session {
        let answer = try self.start(.POST, "/cometd", cookie: cookie, body: HTTPEmbeddedPeer.handshake).answer
        let id = answer?.body.components(behind: #""clientId":""#).first.map { $0.prefix { $0 != "\"" } } ?? ""
        let newCookie = answer?.headers.first(name: "set-cookie").map { String($0.prefix { $0 != ";" }) }
        let session = HTTPEmbeddedPeer.Session(clientID: String(id), cookie: newCookie ?? cookie ?? "")
        _ = try self.connect(session)
        let json = #"[{"channel":"/meta/subscribe","clientId":"\#(id)","subscription":"/a"}]"#
        _ = try self.start(.POST, "/cometd", cookie: session.cookie, body: json)
        return session
    }

    /// Sends a connect.
    func connect(_ session: HTTPEmbeddedPeer.Session, advice: String = "{}") throws -> Exchange {
        let body = HTTPEmbeddedPeer.connect(session.clientID, advice: advice)
        return try self.start(.POST, "/cometd", cookie: session.cookie, body: body)
    }

    /// Publishes to all sessions, over another connection.
    func publishAsOther(_ text: String) throws {
        let other = try self.another()
        let publisher = try other.openSession()
        let body = HTTPEmbeddedPeer.publish(publisher.clientID, data: "\"\(text)\"")
        _ = try other.start(.POST, "/cometd", cookie: publisher.cookie, body: body)
        try self.settle()
    }

    /// Whether the browser of a session holds as many connects as it may, asked over another connection.
    func isBrowserBusy(_ session: HTTPEmbeddedPeer.Session) throws -> Bool {
        let other = try self.another()
        let sibling = try other.openSession(session.cookie)
        let answer = try other.connect(sibling, advice: #"{"timeout":0}"#).answer
        return answer?.body.contains("multiple-clients") == true
    }

    /// Moves time, second by second, so that the client can answer meanwhile.
    func advance(seconds: Int) throws {
        for _ in 0..<seconds {
            self.loop.advanceTime(by: .seconds(1))
            try self.settle()
        }
    }

    /// What the listener tells its connections when it stops.
    func quiesce() throws {
        self.serverSide.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        try self.settle()
    }

    /// The client resets a stream.
    func reset(_ exchange: Exchange) throws {
        exchange.stream.close(promise: nil)
        try self.settle()
    }

    /// The connection breaks.
    func cut() {
        self.serverSide.close(promise: nil)
        self.loop.run()
    }

    /// Carries bytes to and fro until there are none.
    func settle() throws {
        while true {
            self.loop.run()
            var hasMoved = false
            while let bytes = try self.clientSide.readOutbound(as: ByteBuffer.self) {
                hasMoved = true
                if self.serverSide.isActive { try self.serverSide.writeInbound(bytes) }
            }
            while self.isReading, let bytes = try self.serverSide.readOutbound(as: ByteBuffer.self) {
                hasMoved = true
                if self.clientSide.isActive { try self.clientSide.writeInbound(bytes) }
            }
            if !hasMoved { return }
        }
    }
}

import CometDServer
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import CometDServerNIO

/// The client's end of an HTTP connection on an embedded channel, with a real server on the other.
///
/// Time stands still until a test moves it. Further connections to the same server are made with ``another()``.
final class HTTPEmbeddedPeer {
    /// Counts how often the channel is asked to read.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var count = 0

        func read(context: ChannelHandlerContext) {
            self.count += 1
            context.read()
        }
    }

    let loop: EmbeddedEventLoop
    let server: BayeuxServer
    let channel: EmbeddedChannel
    private let pipeline: BayeuxPipeline
    private let reads = ReadCounter()

    convenience init(
        fallback: any FallbackLane = NotFoundLane(),
        listener: ListenerOptions = ListenerOptions(),
        _ change: (inout ServerOptions) -> Void = { _ in }
    ) throws {
        var options = ServerOptions()
        change(&options)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let loop = EmbeddedEventLoop()
        let server = BayeuxServer(options: options, eventLoopGroup: loop, logger: logger)
        let pipeline = BayeuxPipeline(server: server, path: "/cometd", options: listener, fallback: fallback)
        try self.init(loop, server, pipeline)
    }

    private init(_ loop: EmbeddedEventLoop, _ server: BayeuxServer, _ pipeline: BayeuxPipeline) throws {
        self.loop = loop
        self.server = server
        self.pipeline = pipeline
        self.channel = EmbeddedChannel(loop: loop)
        try self.channel.pipeline.syncOperations.addHandler(self.reads)
        try pipeline.configure(self.channel, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try self.channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
        loop.run()
    }

    deinit {
        // Not `finish`, which would end the timers of all connections.
        self.channel.close(promise: nil)
        self.loop.run()
    }

    /// Another connection to the same server.
    func another() throws -> HTTPEmbeddedPeer {
        try HTTPEmbeddedPeer(self.loop, self.server, self.pipeline)
    }

    /// Whether the server has left the connection open.
    var isOpen: Bool { self.channel.isActive }

    /// How often the channel has been asked to read.
    var readCount: Int { self.reads.count }

    /// Sends bytes in one go and lets the server do what it has to.
    func send(_ text: String) throws {
        try self.channel.writeInbound(ByteBuffer(string: text))
        self.loop.run()
    }

    /// What the server has sent since this was last asked for; one string for each write.
    func takeWrites() throws -> [String] {
        var writes: [String] = []
        while let write = try self.channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let bytes) = write { writes.append(String(buffer: bytes)) }
        }
        return writes
    }

    /// What the server has sent since this was last asked for.
    func take() throws -> String { try self.takeWrites().joined() }

    /// The statuses of the answers since this was last asked for.
    func takeStatuses() throws -> [Int] {
        try self.take().components(behind: "HTTP/1.1 ").compactMap { Int($0.prefix(3)) }
    }

    /// Sends a request and takes what comes back at once.
    func exchange(_ request: String) throws -> String {
        try self.send(request)
        return try self.take()
    }

    func advance(by amount: TimeAmount) {
        self.loop.advanceTime(by: amount)
        self.loop.run()
    }

    /// What the listener tells its connections when it stops.
    func quiesce() {
        self.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        self.loop.run()
    }

    /// The client closes its side and waits for the answer.
    func closeInput() {
        self.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        self.loop.run()
    }
}

// MARK: - Requests

extension HTTPEmbeddedPeer {
    static let handshake = #"[{"channel":"/meta/handshake","version":"1.0"}]"#

    static func connect(_ clientID: String, advice: String = #"{"timeout":30000}"#) -> String {
        """
        [{"channel":"/meta/connect","clientId":"\(clientID)","connectionType":"long-polling","advice":\(advice)}]
        """
    }

    static func publish(_ clientID: String, to channel: String = "/a", data: String = "1") -> String {
        #"[{"channel":"\#(channel)","clientId":"\#(clientID)","data":\#(data)}]"#
    }

    /// A request with a body.
    static func post(_ body: String, to path: String = "/cometd", _ headers: String...) -> String {
        self.request("POST", path, headers: headers + ["Content-Length: \(body.utf8.count)"], body: body)
    }

    /// A request without a body.
    static func get(_ path: String, _ headers: String...) -> String {
        self.request("GET", path, headers: headers)
    }

    static func request(_ method: String, _ path: String, headers: [String] = [], body: String = "") -> String {
        (["\(method) \(path) HTTP/1.1", "Host: a"] + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// A session, made on a connection of its own.
    struct Session {
        var clientID: String
        /// The header that names the browser.
        var cookie: String
    }

    /// Handshakes and sends the first connect, on another connection.
    func openSession() throws -> Session {
        let peer = try self.another()
        let answer = try peer.exchange(Self.post(Self.handshake))
        let clientID = answer.components(behind: #""clientId":""#).first.map { $0.prefix { $0 != "\"" } } ?? ""
        let cookie = answer.components(behind: "Set-Cookie: ").first.map { $0.prefix { $0 != ";" } } ?? ""
        let session = Session(clientID: String(clientID), cookie: "Cookie: \(cookie)")
        _ = try peer.exchange(Self.post(Self.connect(session.clientID), session.cookie))
        return session
    }

    /// Publishes as another session, on another connection.
    func publishAsOther(to channel: String, data: String = "1") throws {
        let session = try self.openSession()
        _ = try self.another().exchange(
            Self.post(Self.publish(session.clientID, to: channel, data: data), session.cookie)
        )
    }

    /// Subscribes a session, on another connection.
    func subscribe(_ session: Session, to channel: String) throws {
        let json = #"[{"channel":"/meta/subscribe","clientId":"\#(session.clientID)","subscription":"\#(channel)"}]"#
        _ = try self.another().exchange(Self.post(json, session.cookie))
    }
}

extension String {
    /// What stands behind each occurrence of a text, up to the next one.
    func components(behind text: String) -> [Substring] {
        self.split(separator: text, omittingEmptySubsequences: false).dropFirst().map { $0 }
    }

    /// How often a text occurs.
    func count(of text: String) -> Int { self.components(behind: text).count }
}

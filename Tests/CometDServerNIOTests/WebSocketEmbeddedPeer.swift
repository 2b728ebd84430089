import CometDServer
import Logging
import NIOCore
import NIOEmbedded

@testable import CometDServerNIO

/// The client's end of a WebSocket on an embedded channel, with a real server on the other.
final class WebSocketEmbeddedPeer {
    /// The request that opened the WebSocket, which came from nowhere.
    struct Request: BayeuxContext {
        var remoteAddress: SocketAddress? { nil }
        var localAddress: SocketAddress? { nil }
        var uri: String { "/cometd" }

        func headers(_ name: String) -> [String] { [] }
    }

    let loop: EmbeddedEventLoop
    let server: BayeuxServer
    let channel: EmbeddedChannel
    let connection: WebSocketConnection
    private let allowsCompression: Bool

    /// Opens a WebSocket to a server of its own.
    convenience init(deflate: PerMessageDeflate? = nil, _ change: (inout ServerOptions) -> Void = { _ in }) throws {
        var options = ServerOptions()
        change(&options)
        let loop = EmbeddedEventLoop()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        try self.init(BayeuxServer(options: options, eventLoopGroup: loop, logger: logger), loop, deflate)
    }

    /// Opens another WebSocket to the server of a peer.
    convenience init(on other: WebSocketEmbeddedPeer, deflate: PerMessageDeflate? = nil) throws {
        try self.init(other.server, other.loop, deflate)
    }

    private init(_ server: BayeuxServer, _ loop: EmbeddedEventLoop, _ deflate: PerMessageDeflate?) throws {
        self.server = server
        self.loop = loop
        self.allowsCompression = deflate != nil
        self.connection = WebSocketConnection(server: server, context: Request(), eventLoop: loop, deflate: deflate)
        self.channel = EmbeddedChannel(loop: loop)
        // The upgrade happens on an active channel.
        try self.channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
        try self.channel.pipeline.syncOperations.addHandler(self.connection)
    }

    deinit {
        _ = try? self.channel.finish(acceptAlreadyClosed: true)
        self.loop.run()
    }

    /// Sends frames in one chunk and lets the server do what it has to.
    func send(_ frames: WebSocketClientFrame...) throws {
        try self.channel.writeInbound(ByteBuffer(frames: frames))
        self.loop.run()
    }

    /// Sends frames and takes what comes back at once.
    func exchange(_ frames: WebSocketClientFrame...) throws -> [WebSocketServerFrame] {
        _ = try self.takeFrames()
        try self.channel.writeInbound(ByteBuffer(frames: frames))
        self.loop.run()
        return try self.takeFrames()
    }

    /// The frames that came since they were last taken.
    func takeFrames() throws -> [WebSocketServerFrame] {
        try self.takeWrites().flatMap { write in
            var rest = write
            var frames: [WebSocketServerFrame] = []
            while let frame = WebSocketServerFrame(readingFrom: &rest, allowsCompression: self.allowsCompression) {
                frames.append(frame)
            }
            return frames
        }
    }

    /// The buffers that the channel was given since they were last taken; the empty ones left out.
    func takeWrites() throws -> [ByteBuffer] {
        var writes: [ByteBuffer] = []
        while let write = try self.channel.readOutbound(as: ByteBuffer.self) {
            if write.readableBytes > 0 { writes.append(write) }
        }
        return writes
    }

    func advance(by amount: TimeAmount) {
        self.loop.advanceTime(by: amount)
        self.loop.run()
    }

    /// Handshakes and sends the first connect.
    ///
    /// - Returns: The session's `clientId`.
    func handshakeAndConnect() throws -> String {
        let reply = try self.exchange(.init(.text, #"[{"channel":"/meta/handshake","version":"1.0"}]"#))
        let clientID = Self.clientID(in: reply.first?.text ?? "")
        try self.send(.init(.text, Self.connect(clientID)))
        _ = try self.takeFrames()
        return clientID
    }

    /// The `clientId` that a reply to a handshake gives.
    static func clientID(in reply: String) -> String {
        let rest = reply.split(separator: #""clientId":""#).last
        return rest?.split(separator: "\"").first.map { String($0) } ?? ""
    }

    static func connect(_ clientID: String) -> String {
        #"[{"channel":"/meta/connect","clientId":"\#(clientID)","connectionType":"websocket"}]"#
    }

    static func publish(_ clientID: String, to channel: String = "/a") -> String {
        #"[{"channel":"\#(channel)","clientId":"\#(clientID)","data":1}]"#
    }
}

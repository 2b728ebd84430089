import Bayeux
import CometDServer
import NIOCore

/// One WebSocket to a ``TestServer``, and what the server has sent on it.
///
/// Used on the test's thread only.
public final class TestWebSocket {
    /// What the server sees: it keeps what is sent.
    private final class Connection: PushConnection {
        let server: BayeuxServer
        var frames: [String] = []
        var session: ServerSession?
        var closeCode: UInt16?
        var endedBatches = 0

        init(_ server: BayeuxServer) { self.server = server }

        func send(_ deliveries: MessageQueue, replies: ByteBuffer) {
            deliveries.forEach { self.frames.append("[\(String(buffer: $0.json))]") }
            if replies.readableBytes > 0 { self.frames.append("[\(String(buffer: replies))]") }
        }

        func send(_ message: OutboundMessage) {
            self.frames.append("[\(String(buffer: message.json))]")
        }

        func batchEnded() { self.endedBatches += 1 }

        func sessionChanged(to session: ServerSession, link: PushLink) {
            if let previous = self.session, previous != session {
                self.server.connectionClosed(link, session: previous)
            }
            self.session = session
        }

        func close(code: UInt16, reason: String) { self.closeCode = code }
    }

    private let connection: Connection
    private let link: PushLink
    private let server: TestServer
    private let eventLoop: any EventLoop

    init(on server: TestServer, eventLoop: any EventLoop) {
        self.server = server
        self.eventLoop = eventLoop
        self.connection = Connection(server.server)
        self.link = PushLink(to: self.connection, on: eventLoop)
    }

    /// Sends one text frame.
    public func send(_ json: String) {
        guard let batch = self.server.scan(json, .webSocket) else { return }
        self.server.server.receive(batch, link: self.link, session: self.connection.session, on: self.eventLoop)
        self.server.settle()
    }

    /// Sends one text frame and takes what comes back at once.
    public func exchange(_ json: String) -> [TestMessage] {
        _ = self.takeFrames()
        self.send(json)
        return self.takeMessages()
    }

    /// The frames that came since they were last taken, each an array of messages.
    public func takeFrames() -> [String] {
        defer { self.connection.frames = [] }
        return self.connection.frames
    }

    /// The messages of the frames that came since they were last taken.
    public func takeMessages() -> [TestMessage] { self.takeFrames().flatMap(TestMessage.read) }

    /// The code with which the server closed the WebSocket.
    public var closeCode: UInt16? { self.connection.closeCode }

    /// How many batches have been processed.
    public var endedBatches: Int { self.connection.endedBatches }

    /// Whether the peer reads what it is sent.
    public var isReading: Bool {
        get { self.link.isWritable }
        set {
            self.link.isWritable = newValue
            if newValue { self.server.server.connectionBecameWritable(self.link, session: self.connection.session) }
        }
    }

    /// Breaks the connection.
    public func close() {
        self.server.server.connectionClosed(self.link, session: self.connection.session)
        self.server.settle()
    }

    /// Handshakes and sends the first connect.
    ///
    /// - Returns: The session's `clientId`.
    public func handshakeAndConnect() -> String {
        let clientID = self.exchange(#"[{"channel":"/meta/handshake","version":"1.0"}]"#).first?["clientId"] ?? ""
        self.send(#"[{"channel":"/meta/connect","clientId":"\#(clientID)","connectionType":"websocket"}]"#)
        _ = self.takeFrames()
        return clientID
    }

    /// Subscribes a session to a channel.
    public func subscribe(_ clientID: String, to channel: String) {
        self.send(#"[{"channel":"/meta/subscribe","clientId":"\#(clientID)","subscription":"\#(channel)"}]"#)
        _ = self.takeFrames()
    }

    /// Publishes to a channel.
    public func publish(_ clientID: String, to channel: String, data: String) {
        self.send(#"[{"channel":"\#(channel)","clientId":"\#(clientID)","data":\#(data)}]"#)
    }
}

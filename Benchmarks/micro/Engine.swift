import Bayeux
import CometDServer
import NIOCore
import NIOPosix

/// The engine on one real event loop, with connections that swallow what they are sent.
struct Engine {
    /// Counts what a WebSocket would have sent.
    private final class Sink: PushConnection {
        var session: ServerSession?
        var messages = 0

        func send(_ deliveries: MessageQueue, replies: ByteBuffer) { self.messages += deliveries.count }
        func send(_ message: OutboundMessage) { self.messages += 1 }
        func batchEnded() {}
        func sessionChanged(to session: ServerSession, link: PushLink) { self.session = session }
        func close(code: UInt16, reason: String) {}
    }

    /// Takes the answer of a request.
    private final class Request: RequestResponder {
        let answer: NIOLoopBoundBox<RequestAnswer?>

        init(on eventLoop: any EventLoop) {
            self.answer = NIOLoopBoundBox(nil, eventLoop: eventLoop)
        }

        func respond(_ answer: RequestAnswer) { self.answer.value = answer }
        func held(by session: ServerSession) {}
    }

    private struct Context: BayeuxContext {
        var remoteAddress: SocketAddress? { nil }
        var localAddress: SocketAddress? { nil }
        var uri: String { "/cometd" }
        func headers(_ name: String) -> [String] { [] }
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let server: BayeuxServer

    init() {
        self.server = BayeuxServer(eventLoopGroup: self.group)
    }

    /// - Returns: Nanoseconds per publish to a channel that nobody subscribes to.
    func publish(_ iterations: Int) throws -> Double {
        try self.onLoop { loop in
            let (sink, link) = self.open(loop)
            let id = sink.session?.id ?? ""
            let text = ByteBuffer(
                string:
                    #"[{"channel":"/chat/room1","clientId":"\#(id)","data":{"user":"alice","text":"hello"},"id":"1"}]"#
            )
            return try CPUClock.best(of: iterations) { count in
                for _ in 0..<count { try self.receive(text, link, sink, loop) }
            }
        }
    }

    /// - Returns: Nanoseconds per message that is published to 1,000 sessions, their flushes included.
    func fanOut(_ iterations: Int) throws -> Double {
        let peers = try self.onLoop { loop in
            let sinks = try (0..<1000).map { _ in
                let (sink, link) = self.open(loop)
                let id = sink.session?.id ?? ""
                try self.receive(
                    ByteBuffer(string: #"[{"channel":"/meta/subscribe","clientId":"\#(id)","subscription":"/news"}]"#),
                    link,
                    sink,
                    loop
                )
                return (sink, link)
            }
            return NIOLoopBound((self.open(loop), sinks), eventLoop: loop)
        }
        let text = try self.onLoop { _ in
            let id = peers.value.0.0.session?.id ?? ""
            return ByteBuffer(
                string: #"[{"channel":"/news","clientId":"\#(id)","data":"\#(String(repeating: "x", count: 120))"}]"#
            )
        }
        var best = Double.infinity
        for _ in 0..<10 {
            let start = try self.onLoop { _ in CPUClock.now }
            for _ in 0..<max(1, iterations / 10) {
                // The flushes are tasks of the loop: each round is one more behind them.
                try self.onLoop { loop in
                    let (sink, link) = peers.value.0
                    try self.receive(text, link, sink, loop)
                }
                for _ in 0..<4 { try self.onLoop { _ in } }
            }
            let end = try self.onLoop { _ in CPUClock.now }
            best = min(best, Double(end - start) / Double(max(1, iterations / 10)))
        }
        let delivered = try self.onLoop { _ in peers.value.1.reduce(0) { $0 + $1.0.messages } }
        precondition(delivered == max(1, iterations / 10) * 10_000, "\(delivered) delivered")
        return best
    }

    /// - Returns: Nanoseconds per connect that is answered at once, and its answer's encoding.
    func longPoll(_ iterations: Int) throws -> Double {
        try self.onLoop { loop in
            func ask(_ text: ByteBuffer, _ cookie: String?) throws -> RequestAnswer.Messages? {
                let request = Request(on: loop)
                self.server.receive(try self.batch(text, .longPolling, cookie), responder: request, on: loop)
                guard case .messages(let messages) = request.answer.value else { return nil }
                return messages
            }
            let handshake = try ask(ByteBuffer(string: #"[{"channel":"/meta/handshake"}]"#), nil)
            let cookie = handshake?.newBrowserID
            let reply = try JSONBytes(checking: handshake?.replies ?? ByteBuffer())
            let id = reply["clientId"]?.stringValue ?? ""
            let text = ByteBuffer(
                string:
                    #"[{"channel":"/meta/connect","clientId":"\#(id)","connectionType":"long-polling","advice":{"timeout":0},"id":"7"}]"#
            )
            return try CPUClock.best(of: iterations) { count in
                for _ in 0..<count {
                    var body = ByteBuffer()
                    try ask(text, cookie)?.encode(into: &body)
                }
            }
        }
    }

    private func open(_ loop: any EventLoop) -> (Sink, PushLink) {
        let sink = Sink()
        let link = PushLink(to: sink, on: loop)
        try? self.receive(ByteBuffer(string: #"[{"channel":"/meta/handshake"}]"#), link, sink, loop)
        let id = sink.session?.id ?? ""
        for _ in 0..<2 {
            // The second one is held, for long enough not to be answered meanwhile.
            try? self.receive(
                ByteBuffer(string: #"[{"channel":"/meta/connect","clientId":"\#(id)","advice":{"timeout":3600000}}]"#),
                link,
                sink,
                loop
            )
        }
        return (sink, link)
    }

    private func receive(_ text: ByteBuffer, _ link: PushLink, _ sink: Sink, _ loop: any EventLoop) throws {
        self.server.receive(try self.batch(text, .webSocket, nil), link: link, session: sink.session, on: loop)
    }

    private func batch(_ text: ByteBuffer, _ type: ConnectionType, _ cookie: String?) throws -> InboundBatch {
        var envelopes: ContiguousArray<MessageEnvelope> = []
        _ = try BatchScanner.scan(text, limits: self.server.scanLimits, into: &envelopes)
        return InboundBatch(
            bytes: text,
            envelopes: envelopes,
            connectionType: type,
            context: Context(),
            browserID: cookie
        )
    }

    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (any EventLoop) throws -> Value) throws -> Value {
        let loop = self.group.next()
        return try loop.submit { try body(loop) }.wait()
    }
}

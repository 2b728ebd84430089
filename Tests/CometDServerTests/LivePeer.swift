import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import Synchronization

/// A long-polling client of a server on real event loops, without sockets.
struct LivePeer {
    let server: BayeuxServer
    let eventLoop: any EventLoop
    var clientID = ""
    var cookie: String?

    /// Handshakes and sends the first connect on one of the server's event loops.
    init(_ server: BayeuxServer, on eventLoop: any EventLoop) async throws {
        self.server = server
        self.eventLoop = eventLoop
        let request = self.send(#"{"channel":"/meta/handshake"}"#)
        self.clientID = await request.answer().first?["clientId"] ?? ""
        self.cookie = request.cookie
        _ = await self.connect().answer()
    }

    func connect(on eventLoop: (any EventLoop)? = nil) -> LiveRequest {
        self.send(#"{"channel":"/meta/connect","clientId":"\#(self.clientID)"}"#, on: eventLoop)
    }

    func publish(_ channel: String, data: String = "1", on eventLoop: (any EventLoop)? = nil) -> LiveRequest {
        self.send(#"{"channel":"\#(channel)","clientId":"\#(self.clientID)","data":\#(data)}"#, on: eventLoop)
    }

    func subscribe(_ channel: String, on eventLoop: (any EventLoop)? = nil) -> LiveRequest {
        self.send(
            #"{"channel":"/meta/subscribe","clientId":"\#(self.clientID)","subscription":"\#(channel)"}"#,
            on: eventLoop
        )
    }

    func send(_ messages: String, on eventLoop: (any EventLoop)? = nil) -> LiveRequest {
        let request = LiveRequest()
        let eventLoop = eventLoop ?? self.eventLoop
        let server = self.server
        let cookie = self.cookie
        eventLoop.execute {
            let bytes = ByteBuffer(string: "[\(messages)]")
            var envelopes: ContiguousArray<MessageEnvelope> = []
            guard (try? BatchScanner.scan(bytes, into: &envelopes)) != nil else { return }
            server.receive(
                InboundBatch(
                    bytes: bytes,
                    envelopes: envelopes,
                    connectionType: .longPolling,
                    context: LiveContext(),
                    browserID: cookie
                ),
                responder: request,
                on: eventLoop
            )
        }
        return request
    }
}

/// A request of a ``LivePeer``.
final class LiveRequest: RequestResponder {
    private struct State {
        var body: String?
        var cookie: String?
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func respond(_ answer: RequestAnswer) {
        var buffer = ByteBuffer()
        var cookie: String?
        if case .messages(let messages) = answer {
            messages.encode(into: &buffer)
            cookie = messages.newBrowserID
        }
        let body = String(buffer: buffer)
        self.state.withLock { state in
            state.body = body
            state.cookie = cookie
            return state.waiting.take()
        }?.resume()
    }

    func held(by session: ServerSession) {}

    var isAnswered: Bool { self.state.withLock { $0.body != nil } }

    var cookie: String? { self.state.withLock { $0.cookie } }

    /// The messages of the answer, once it is there.
    func answer() async -> [TestMessage] {
        await withCheckedContinuation { continuation in
            let isAnswered = self.state.withLock { state in
                if state.body == nil { state.waiting = continuation }
                return state.body != nil
            }
            if isAnswered { continuation.resume() }
        }
        return TestMessage.read(self.state.withLock { $0.body })
    }
}

private struct LiveContext: BayeuxContext {
    var remoteAddress: SocketAddress? { nil }
    var localAddress: SocketAddress? { nil }
    var uri: String { "/cometd" }
    func headers(_ name: String) -> [String] { [] }
}

import Bayeux
import CometDServer
import CometDServices
import CometDTestKit
import Synchronization
import Testing

/// A chat with a history.
@Service("chat")
final class ChatService: Sendable {
    @Session var session: LocalSession?
    private let lines = Mutex<[String: [String]]>([:])

    @Configure("/chat/**")
    func configure(_ channel: ServerChannel) { channel.isPersistent = true }

    @Listener("/chat/{room}")
    func said(_ message: BayeuxMessage, from speaker: ServerSession, room: String) -> Bool {
        guard let line = message.data?.stringValue else { return false }
        self.lines.withLock { $0[room, default: []].append(line) }
        return true
    }

    @RemoteCall("history/{room}", timeout: .seconds(5), runs: .onEventLoop)
    func history(room: String) -> [String] {
        self.lines.withLock { $0[room] ?? [] }
    }
}

/// Counts what is said; an actor's methods are called one after the other.
@Service
actor Statistics {
    private var count = 0

    @Subscription("/chat/*")
    func said(data: String) { self.count += 1 }

    @RemoteCall("statistics")
    func statistics() -> Int { self.count }
}

/// The snippets of CometDServices.md and AnnotatedServices.md.
@Suite struct AnnotatedServiceSnippets {
    private let test = TestServer()

    @Test func `a service is registered, called and deregistered`() async throws {
        let server = self.test.server
        let chat = try await server.register(ChatService())
        try await server.register(Statistics())
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.publish(id, to: "/chat/lobby", data: #""hello""#)
        socket.publish(id, to: "/chat/lobby", data: "1")
        _ = socket.takeMessages()
        socket.publish(id, to: "/service/history/lobby", data: "null")
        #expect(socket.takeMessages().compactMap { $0["data"] } == [#"["hello"]"#])
        await chat.deregister()
    }
}

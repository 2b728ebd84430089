import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite struct HookTests {
    let test = TestServer()

    private struct Refusing: SecurityPolicy {
        var handshakes = true
        func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            self.handshakes && message.ext?["password"]?.stringValue == "right"
        }
        func canCreate(_ channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            channel.name != "/uncreatable"
        }
        func canSubscribe(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            channel.name != "/secret"
        }
        func canPublish(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            if channel.name == "/broken" { throw CancellationError() }
            return channel.name != "/readonly"
        }
    }

    @Test func `a policy decides about handshakes, with the credentials at hand`() {
        self.test.server.securityPolicy = Refusing()
        let refused = self.test.post(#"[{"channel":"/meta/handshake","ext":{"password":"wrong"}}]"#)
        #expect(refused.messages.first?["error"] == "403::Handshake denied")
        #expect(refused.messages.first?["advice"] == #"{"reconnect":"none"}"#)
        #expect(refused.newCookie == nil)
        #expect(self.test.server.sessionCount == 0)
        let welcome = self.test.post(#"[{"channel":"/meta/handshake","ext":{"password":"right"}}]"#)
        #expect(welcome.messages.first?["successful"] == "true")
    }

    @Test func `a policy decides about channels, and one that throws has refused`() {
        let peer = LongPollingPeer(self.test)
        self.test.server.securityPolicy = Refusing()
        let denied = "403:denied_by_security_policy:"
        #expect(peer.subscribe("/secret").messages.first?["error"] == denied + "subscribe_denied")
        #expect(peer.subscribe("/uncreatable").messages.first?["error"] == denied + "create_denied")
        #expect(peer.publish("/uncreatable").messages.first?["error"] == denied + "create denied")
        #expect(peer.publish("/readonly").messages.first?["error"] == denied + "publish denied")
        #expect(peer.publish("/broken").messages.first?["error"] == denied + "publish denied")
        #expect(peer.publish("/fine").messages.first?["successful"] == "true")
        #expect(!self.test.server.channelNames.contains("/uncreatable"))
    }

    @Test func `listeners of patterns run before those of the channel, and may change the message`() throws {
        let order = Mutex<[String]>([])
        for pattern in ["/a/b", "/**", "/a/*", "/a/**"] {
            try self.test.server.channel(pattern).addListener { session, message in
                // The widest pattern matches the peer's handshake, connect and subscription, too.
                guard message.channel == "/a/b" else { return true }
                order.withLock { $0.append(pattern) }
                #expect(session != nil)
                #expect(message.clientID == nil && message.id == nil)
                message.data = JSONBytes(.string(pattern))
                return true
            }
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a/b")
        let reply = peer.publish("/a/b", more: #","id":"1","extra":true"#)
        #expect(order.withLock { $0 } == ["/a/*", "/a/**", "/**", "/a/b"])
        #expect(reply.messages.first?.description == #"{"channel":"/a/b","data":"/a/b","extra":true}"#)
        #expect(reply.messages.last?["id"] == "1")
    }

    @Test func `a listener that returns false stops the message`() throws {
        let token = try self.test.server.channel("/a").addListener { _, _ in false }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        #expect(peer.publish("/a").messages.map { $0["error"] } == ["404::message deleted"])
        try self.test.server.channel("/a").removeListener(token)
        #expect(peer.publish("/a").messages.count == 2)
    }

    @Test func `a listener that throws changes nothing`() throws {
        try self.test.server.channel("/a").addListener { _, _ in throw CancellationError() }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        #expect(peer.publish("/a").messages.count == 2)
    }

    @Test func `a listener may answer its sender`() throws {
        try self.test.server.channel("/service/echo").addListener { session, message in
            session?.deliver(message.data, on: "/service/echo")
            return true
        }
        let peer = LongPollingPeer(self.test)
        let reply = peer.publish("/service/echo", data: "[1]", more: #","id":"5""#)
        #expect(
            reply.body
                == #"[{"channel":"/service/echo","data":[1]},{"channel":"/service/echo","id":"5","successful":true}]"#
        )
    }

    @Test func `a listener that publishes on the same loop does not disturb the fan-out`() throws {
        let server = self.test.server
        let other = try server.channel("/other")
        try server.channel("/a").addListener { _, message in
            other.publish(message.data)
            return true
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        peer.subscribe("/other")
        #expect(peer.publish("/a").messages.map { $0["channel"] } == ["/other", "/a", "/a"])
    }

    private final class Recorder: BayeuxExtension {
        let seen = Mutex<[String]>([])
        let name: String
        init(_ name: String) { self.name = name }

        func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
            self.seen.withLock { $0.append("in \(message.channel ?? "")") }
            if message.channel == "/dropped" { return false }
            if message.channel == "/renamed" { message.channel = "/new" }
            return true
        }

        func outgoing(
            _ message: inout BayeuxMessage,
            to session: ServerSession?,
            from sender: ServerSession?
        ) async throws -> Bool {
            self.seen.withLock { $0.append("out \(message.channel ?? "")") }
            if message.channel == "/silent" { return false }
            message["by"] = JSONBytes(.string(self.name))
            return true
        }
    }

    @Test func `extensions see what comes and what leaves, and may change or drop it`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/new")
        let recorder = Recorder("one")
        self.test.server.addExtension(recorder)
        self.test.server.addExtension(Recorder("two"))
        let reply = peer.publish("/renamed", data: "1")
        #expect(recorder.seen.withLock { $0 } == ["in /renamed", "out /new", "out /renamed"])
        // Outgoing messages pass in reverse order: the first one registered has the last word.
        #expect(reply.messages.map { $0["by"] } == ["one", "one"])
        #expect(reply.messages.first?["channel"] == "/new")
        #expect(peer.publish("/dropped").messages.first?["error"] == "404::message deleted")
        #expect(peer.publish("/silent").body == "[]")
    }

    @Test func `a reply that echoes deep nesting passes an extension`() {
        var options = ServerOptions()
        options.maxDepth = 300
        let test = TestServer(options: options)
        let peer = LongPollingPeer(test)
        test.server.addExtension(Recorder("one"))
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        let reply = peer.send(
            #"{"channel":"/meta/subscribe","clientId":"\#(peer.clientID)","subscription":\#(deep)}"#
        )
        #expect(reply.body?.contains("403::subscription_invalid") == true)
    }

    @Test func `session listeners are told of the beginning and the end, with the reason`() {
        let events = Mutex<[String]>([])
        self.test.server.addListener(.sessionAdded { _, _ in events.withLock { $0.append("added") } })
        self.test.server.addListener(
            .sessionRemoved { _, _, reason in events.withLock { $0.append("\(reason)") } }
        )
        let peer = LongPollingPeer(self.test)
        peer.send(#"{"channel":"/meta/disconnect","clientId":"\#(peer.clientID)"}"#)
        _ = LongPollingPeer(self.test)
        self.test.advance(by: .seconds(10.1))
        #expect(events.withLock { $0 } == ["added", "disconnected", "added", "expired"])
    }
}

/// Policies that really wait need event loops of their own.
@Suite struct WaitingPolicyTests {
    /// Answers for `/slow` only when it is let go.
    private final class Waiting: SecurityPolicy {
        let gate = AsyncStream<Void>.makeStream()

        func canPublish(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            guard channel.name == "/slow" else { return true }
            for await _ in self.gate.stream { break }
            return true
        }
    }

    @Test func `while a policy waits, the sender's later messages wait and everyone else goes on`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let policy = Waiting()
        let server = BayeuxServer(options: .patient, eventLoopGroup: group)
        server.securityPolicy = policy
        let one = try await LivePeer(server, on: group.next())
        let two = try await LivePeer(server, on: group.next())
        let slow = one.publish("/slow")
        let behind = one.publish("/behind")
        #expect(await two.publish("/free").answer().count == 1)
        #expect(!slow.isAnswered)
        #expect(!behind.isAnswered)
        policy.gate.continuation.finish()
        #expect(await slow.answer().first?["channel"] == "/slow")
        #expect(await behind.answer().first?["channel"] == "/behind")
        await server.shutdown()
        try await group.shutdownGracefully()
    }
}

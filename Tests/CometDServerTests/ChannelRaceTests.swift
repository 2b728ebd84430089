import Bayeux
import CometDTestKit
import Testing

@testable import CometDServer

/// Channels that go, and servers that end, while a message for them waits for the application.
@Suite struct ChannelRaceTests {
    /// Waits for the gate before it allows a handshake with `ext.slow`, or a publish to `/slow`.
    private struct Slow: SecurityPolicy {
        let gate: Gate

        func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            if message.ext?["slow"] != nil { await self.gate.wait() }
            return true
        }

        func canPublish(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            if channel.name == "/slow" { await self.gate.wait() }
            return true
        }
    }

    private struct Recorder: BayeuxExtension {
        let record: Record
        var scope: ExtensionScope { .incoming }

        func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
            self.record.add(message.channel ?? "")
            return true
        }
    }

    private let test = TestServer()
    private let gate = Gate()

    @Test func `a channel that was swept while a publish waited has the subscribers that came meanwhile`() {
        self.test.server.securityPolicy = Slow(gate: self.gate)
        let publisher = LongPollingPeer(self.test)
        let publish = publisher.publish("/slow")
        self.test.advance(by: .seconds(5))
        #expect(self.test.server.existingChannel("/slow") == nil)
        let subscriber = LongPollingPeer(self.test)
        subscriber.subscribe("/slow")
        self.gate.open()
        self.test.settle()
        #expect(publish.messages.first?["successful"] == "true")
        #expect(subscriber.connect().messages.first?["data"] == "1")
    }

    @Test func `a handshake that waits while the server drains is refused`() async {
        self.test.server.securityPolicy = Slow(gate: self.gate)
        let handshake = self.test.post(#"[{"channel":"/meta/handshake","ext":{"slow":1}}]"#)
        await self.test.server.drain()
        self.gate.open()
        self.test.settle()
        #expect(handshake.messages.first?["successful"] == "false")
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `subscribers are told of a removal that a message comes before`() throws {
        let record = Record()
        self.test.server.addListener(.unsubscribed { _, channel, _ in record.add("\(channel.id)") })
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let channel = try #require(self.test.server.existingChannel("/a"))
        // As on the event loop that gets the message between the two halves of the removal.
        #expect(self.test.server.core.channels.remove(channel))
        peer.publish("/a")
        #expect(record.take() == ["/a"])
    }

    @Test func `a trailing slash is cut before anyone sees the channel`() {
        let record = Record()
        self.test.server.addExtension(Recorder(record: record))
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        peer.subscribe("/*")
        #expect(peer.publish("/a/").messages.map { $0["channel"] } == ["/a", "/a/"])
        // `/meta` is no meta channel: extensions that guard broadcasts must see what is published to it.
        peer.publish("/meta/")
        #expect(record.take() == ["/a", "/meta"])
    }

    @Test func `a handshake whose reply an extension keeps too long has no clientId`() {
        struct Keeper: BayeuxExtension {
            let gate: Gate
            var scope: ExtensionScope { .outgoingMeta }
            func outgoing(
                _ message: inout BayeuxMessage,
                to session: ServerSession?,
                from sender: ServerSession?
            ) async throws -> Bool {
                await self.gate.wait()
                return true
            }
        }
        var options = ServerOptions()
        options.longPolling.common.maxProcessing = .seconds(5)
        let test = TestServer(options: options)
        test.server.addExtension(Keeper(gate: self.gate))
        let handshake = test.post(#"[{"channel":"/meta/handshake"}]"#)
        test.advance(by: .seconds(6))
        #expect(handshake.messages.map { $0["successful"] } == ["false"])
        #expect(handshake.messages.first?["error"] == "403::handshake_failed")
        #expect(handshake.messages.first?["clientId"] == nil)
        #expect(test.server.sessionCount == 0)
        self.gate.open()
        test.settle()
    }
}

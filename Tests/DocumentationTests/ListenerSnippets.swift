import Bayeux
import CometDServer
import CometDTestKit
import Logging
import Synchronization
import Testing

/// The snippets of ListenersAndStreams.md.
@Suite struct ListenerSnippets {
    private let test = TestServer()

    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test func `a listener changes a message or stops it`() throws {
        let server = self.test.server
        try server.channel("/chat/**").addListener { sender, message in
            guard let text = message.data?.stringValue, text.utf8.count <= 200 else { return false }
            message.data = JSONBytes(.string(text.lowercased()))
            return true
        }
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/chat/1")
        socket.publish(id, to: "/chat/1", data: #""HELLO""#)
        #expect(socket.takeMessages().compactMap { $0["data"] } == ["hello"])
        socket.publish(id, to: "/chat/1", data: "1")
        #expect(socket.takeMessages().first?["error"] == "404::message deleted")
    }

    @Test func `a listener is told of sessions`() async throws {
        let (server, logger) = (self.test.server, self.logger)
        let token = server.addListener(
            .sessionRemoved { session, _, reason in
                logger.info("\(session) has ended: \(reason)")
            }
        )
        server.removeListener(token)
    }

    @Test func `a session drops what other clients send it`() async throws {
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/chat/1")
        let session = try #require(await self.test.server.session(id))
        session.addListener(
            .message { session, sender, message in
                sender == nil || sender?.isLocal == true
            }
        )
        socket.publish(id, to: "/chat/1", data: "1")
        #expect(socket.takeMessages().compactMap { $0["data"] }.isEmpty)
        try self.test.server.channel("/chat/1").publish(2)
        self.test.settle()
        #expect(socket.takeMessages().compactMap { $0["data"] } == ["2"])
    }

    @Test func `events come as a sequence`() async throws {
        let server = self.test.server
        let events = server.sessionEvents(buffering: 1024)
        let watch = Task {
            var count = 0
            for await event in events {
                switch event {
                case .added(let session): print("\(session) has begun")
                case .removed(let session, let reason): print("\(session) has ended: \(reason)")
                }
                count += 1
                if count == 2 { return events.droppedCount }
            }
            return -1
        }
        let session = try await server.makeLocalSession("short")
        await session.disconnect()
        #expect(await watch.value == 0)
    }
}

import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The snippets of Sessions.md.
@Suite struct SessionSnippets {
    private let test = TestServer()

    private struct Greeting: Codable { var text: String }

    @Test func `what the application knows of a session stays with it`() async throws {
        let server = self.test.server
        server.addListener(
            .sessionAdded { session, handshake in
                session.attributes["language"] = handshake.ext?["language"]?.stringValue
            }
        )
        let socket = self.test.openWebSocket()
        let reply = socket.exchange(#"[{"channel":"/meta/handshake","version":"1.0","ext":{"language":"de"}}]"#).first
        let session = try #require(await server.session(reply?["clientId"] ?? ""))
        let language = session.attributes["language", as: String.self]
        #expect(language == "de")
    }

    @Test func `a message is delivered to one session`() async throws {
        let server = self.test.server
        let socket = self.test.openWebSocket()
        let clientID = socket.handshakeAndConnect()
        if let session = await server.session(clientID) {
            try session.deliver(Greeting(text: "Hello"), on: "/service/greeting")
        }
        self.test.settle()
        #expect(socket.takeMessages().first?["data"] == #"{"text":"Hello"}"#)
    }

    @Test func `a batch leaves together`() async throws {
        var options = ServerOptions()
        options.longPolling.maxSessionsPerBrowser = nil
        let test = TestServer(options: options)
        let handshake = test.post(#"[{"channel":"/meta/handshake","version":"1.0"}]"#)
        let id = try #require(handshake.messages.first?["clientId"])
        let connect = #"[{"channel":"/meta/connect","clientId":"\#(id)","connectionType":"long-polling"}]"#
        test.post(connect, cookie: handshake.newCookie)
        let held = test.post(connect, cookie: handshake.newCookie)
        let session = try #require(await test.server.session(id))
        try session.batch {
            try session.deliver("one", on: "/service/numbers")
            try session.deliver("two", on: "/service/numbers")
        }
        test.settle()
        #expect(held.messages.compactMap { $0["data"] } == ["one", "two"])
    }

    @Test func `a session has settings of its own`() async throws {
        let socket = self.test.openWebSocket()
        let clientID = socket.handshakeAndConnect()
        let session = try #require(await self.test.server.session(clientID))
        session.timeout = .seconds(60)
        session.maxInterval = .seconds(120)
        session.broadcastsToPublisher = false
        socket.send(#"[{"channel":"/meta/connect","clientId":"\#(clientID)","connectionType":"websocket"}]"#)
        self.test.advance(by: .seconds(59))
        #expect(socket.takeMessages().isEmpty)
        self.test.advance(by: .seconds(2))
        #expect(socket.takeMessages().first?["channel"] == "/meta/connect")
        self.test.advance(by: .seconds(110))
        #expect(session.isConnected)
    }
}

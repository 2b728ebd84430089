import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// Notes in every message that clients publish to a room which of the server's machines took it.
struct Stamp: BayeuxExtension {
    let machine: String

    var scope: ExtensionScope { [.incoming] }

    func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
        guard message.channel?.hasPrefix("/rooms/") == true else { return true }
        message["machine"] = JSONBytes(.string(self.machine))
        return true
    }
}

/// Answers a question in the `ext` of handshakes.
struct Greeting: BayeuxExtension {
    var scope: ExtensionScope { [.outgoingMeta, .onlyWithExt] }

    func outgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        from sender: ServerSession?
    ) async throws -> Bool {
        guard message.channel == "/meta/handshake", message.isSuccessful == true,
            message.request?.ext?["greeting"] != nil
        else { return true }
        message.ext = JSONBytes(["greeting": "welcome"])
        return true
    }
}

/// The snippets of Extensions.md.
@Suite struct ExtensionSnippets {
    private let test = TestServer()

    @Test func `an extension changes what clients publish`() throws {
        let server = self.test.server
        let token = server.addExtension(Stamp(machine: "north"))
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/rooms/1")
        socket.publish(id, to: "/rooms/1", data: "1")
        #expect(socket.takeMessages().first { $0["data"] != nil }?["machine"] == "north")
        server.removeExtension(token)
    }

    @Test func `an extension answers in the ext of a reply`() {
        let server = self.test.server
        server.addExtension(Greeting())
        let socket = self.test.openWebSocket()
        let handshake = #"[{"channel":"/meta/handshake","version":"1.0","ext":{"greeting":true}}]"#
        #expect(socket.exchange(handshake).first?["ext"] == #"{"greeting":"welcome"}"#)
    }

    @Test func `the stock extensions are installed`() {
        let server = self.test.server
        server.addExtension(AcknowledgedMessagesExtension())
        server.addExtension(TimesyncExtension())
        server.addExtension(ActivityExtension(.client, maxInactivityPeriod: .seconds(15 * 60)))
        let socket = self.test.openWebSocket()
        let handshake = #"[{"channel":"/meta/handshake","version":"1.0","ext":{"ack":true}}]"#
        #expect(socket.exchange(handshake).first?["ext"] == #"{"ack":true}"#)
    }
}

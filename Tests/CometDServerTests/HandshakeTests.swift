import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct HandshakeTests {
    let test = TestServer()

    @Test func `a handshake over HTTP makes a session and tells all that the client needs`() throws {
        let request = self.test.post(
            #"[{"channel":"/meta/handshake","version":"1.0","id":"1","supportedConnectionTypes":["long-polling"]}]"#
        )

        let reply = try #require(request.messages.first)
        #expect(request.messages.count == 1)
        #expect(reply["channel"] == "/meta/handshake")
        #expect(reply["successful"] == "true")
        #expect(reply["id"] == "1")
        #expect(reply["version"] == "1.0")
        #expect(reply["minimumVersion"] == "1.0")
        #expect(reply["supportedConnectionTypes"] == #"["websocket","long-polling","callback-polling"]"#)
        #expect(reply["advice"] == #"{"interval":0,"timeout":30000,"reconnect":"retry"}"#)
        #expect(reply["clientId"]?.count == 30)
        #expect(request.newCookie?.count == 26)
        #expect(self.test.server.sessionCount == 1)
    }

    @Test func `a handshake over a WebSocket sets no cookie and binds the session to it`() {
        let socket = self.test.openWebSocket()
        let replies = socket.exchange(#"[{"channel":"/meta/handshake","version":"1.0"}]"#)

        #expect(replies.map { $0["successful"] } == ["true"])
        #expect(socket.endedBatches == 1)
    }

    @Test(arguments: [#"["long-polling","x"]"#, "[]", "null", #""long-polling""#, "7"])
    func `a handshake that offers a transport of ours, or none, succeeds`(types: String) {
        let request = self.test.post(#"[{"channel":"/meta/handshake","supportedConnectionTypes":\#(types)}]"#)
        #expect(request.messages.first?["successful"] == "true")
    }

    @Test func `a handshake that offers only unknown transports fails`() {
        let request = self.test.post(#"[{"channel":"/meta/handshake","supportedConnectionTypes":["iframe"]}]"#)
        #expect(request.messages.first?["successful"] == "false")
        #expect(request.messages.first?["error"] == "405::no_transport")
        #expect(request.messages.first?["advice"] == #"{"reconnect":"none"}"#)
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a handshake that comes with other messages fails, and so do they`() {
        let request = self.test.post(
            #"[{"channel":"/meta/handshake","id":"1"},{"channel":"/meta/subscribe","subscription":"/a","id":"2"}]"#
        )
        #expect(request.messages.map { $0["error"] } == ["403::handshake_failed", "402::Unknown client"])
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a bare object is a batch of one`() {
        #expect(self.test.post(#"{"channel":"/meta/handshake"}"#).messages.first?["successful"] == "true")
    }

    @Test func `a known browser keeps its cookie and an invented one is replaced`() throws {
        let cookie = try #require(self.test.post(#"[{"channel":"/meta/handshake"}]"#).newCookie)
        #expect(self.test.post(#"[{"channel":"/meta/handshake"}]"#, cookie: cookie).newCookie == nil)
        let planted = self.test.post(#"[{"channel":"/meta/handshake"}]"#, cookie: "planted")
        #expect(planted.newCookie != nil)
        #expect(planted.newCookie != "planted")
    }

    @Test func `another handshake on a WebSocket makes another session, and the old one expires`() {
        let socket = self.test.openWebSocket()
        let first = socket.handshakeAndConnect()
        let second = socket.handshakeAndConnect()
        #expect(first != second)
        #expect(self.test.server.sessionCount == 2)
        self.test.advance(by: .seconds(11))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `sessions beyond the limit are refused with the advice to come back later`() {
        var options = ServerOptions()
        options.maxSessions = 1
        let test = TestServer(options: options)
        test.post(#"[{"channel":"/meta/handshake"}]"#)
        let refused = test.post(#"[{"channel":"/meta/handshake"}]"#)
        #expect(refused.messages.first?["error"] == "403::handshake_failed")
        #expect(refused.messages.first?["advice"] == #"{"interval":10000,"reconnect":"handshake"}"#)
        #expect(test.server.sessionCount == 1)
        test.advance(by: .seconds(11))
        #expect(test.post(#"[{"channel":"/meta/handshake"}]"#).messages.first?["successful"] == "true")
    }

    @Test func `a session that never connects expires`() {
        self.test.post(#"[{"channel":"/meta/handshake"}]"#)
        self.test.advance(by: .milliseconds(9900))
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .milliseconds(200))
        #expect(self.test.server.sessionCount == 0)
    }
}

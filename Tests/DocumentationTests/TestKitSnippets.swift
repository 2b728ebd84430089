import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The snippets of TestingYourServices.md.
@Suite struct TestKitSnippets {
    private let test = TestServer()

    @Test func `time moves when the test says so`() {
        let client = self.test.openWebSocket()
        _ = client.handshakeAndConnect()
        client.close()
        #expect(self.test.server.sessionCount == 1)
        self.test.advance(by: .seconds(11))
        #expect(self.test.server.sessionCount == 0)
    }

    @Test func `a connect is held until there is something to say`() throws {
        let handshake = self.test.post(#"[{"channel":"/meta/handshake","version":"1.0"}]"#)
        let id = try #require(handshake.messages.first?["clientId"])
        let cookie = handshake.newCookie
        let connect = #"[{"channel":"/meta/connect","clientId":"\#(id)","connectionType":"long-polling"}]"#
        self.test.post(connect, cookie: cookie)
        self.test.post(
            #"[{"channel":"/meta/subscribe","clientId":"\#(id)","subscription":"/news"}]"#,
            cookie: cookie
        )
        let held = self.test.post(connect, cookie: cookie)
        #expect(held.status == nil)
        try self.test.server.channel("/news").publish("Rain")
        self.test.settle()
        #expect(held.messages.first?["data"] == "Rain")
    }

    @Test func `a client does not read`() throws {
        let client = self.test.openWebSocket()
        client.subscribe(client.handshakeAndConnect(), to: "/prices")
        client.isReading = false
        try self.test.server.channel("/prices").publish(17)
        self.test.settle()
        #expect(client.takeFrames().isEmpty)
        client.isReading = true
        #expect(client.takeFrames().count == 1)
    }

    @Test func `real event loops need patience`() {
        let options = ServerOptions.patient
        #expect(options.webSocket.common.maxInterval > ServerOptions().webSocket.common.maxInterval)
    }

    @Test func `random choices can be repeated`() {
        var random = SeededGenerator(seed: 17)
        let order = (1...10).shuffled(using: &random)
        var again = SeededGenerator(seed: 17)
        #expect((1...10).shuffled(using: &again) == order)
    }
}

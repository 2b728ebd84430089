import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The snippets of CometDTestKit.md.
@Suite struct EchoTests {
    let test = TestServer()

    @Test func `the echo comes back`() async throws {
        let echo = try await BayeuxService("echo", on: self.test.server)
        try echo.addService("/service/echo") { request in request.data }

        let client = self.test.openWebSocket()
        let id = client.handshakeAndConnect()
        client.publish(id, to: "/service/echo", data: #""hello""#)
        #expect(client.takeMessages().first?["data"] == "hello")
    }
}

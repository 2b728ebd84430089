import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The snippets of LocalSessions.md.
@Suite struct LocalSessionSnippets {
    private let test = TestServer()

    private struct Reading: Codable { var value: Int }

    @Test func `a local session hears and publishes`() async throws {
        let server = self.test.server
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/weather/today")

        let session = try await server.makeLocalSession("weather")
        let token = try await session.subscribe(to: "/sensors/*") { message in
            let reading = try message.data(as: Reading.self)
            try await session.publish("\(reading.value) degrees", to: "/weather/today")
        }

        socket.publish(id, to: "/sensors/roof", data: #"{"value":17}"#)
        #expect(socket.takeMessages().compactMap { $0["data"] }.contains("17 degrees"))

        try await session.unsubscribe(token)
        await session.disconnect()
        #expect(server.sessionCount == 1)
    }

    @Test func `a local session calls a remote function`() async throws {
        let server = self.test.server
        try server.addRemoteCall("double", runs: .onEventLoop) { call in
            try call.data(as: Int.self) * 2
        }
        let session = try await server.makeLocalSession("caller")
        let answer = try await session.call("double", with: JSONBytes(21))
        if answer.isSuccessful == true { print(try answer.data(as: Int.self)) }
        #expect(try answer.data(as: Int.self) == 42)
    }

    @Test func `a refusal is thrown`() async throws {
        struct Closed: SecurityPolicy {
            func canPublish(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async -> Bool {
                false
            }
        }
        let server = self.test.server
        server.securityPolicy = Closed()
        let session = try await server.makeLocalSession("news")
        do {
            try await session.publish("Rain", to: "/news")
            Issue.record("it must be refused")
        } catch let failure as RequestFailure {
            print(failure.error)
            #expect(failure.error == "403:denied_by_security_policy:publish denied")
        }
    }
}

import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// Starts and stops with its server.
struct Feed: StartableService {
    let server: BayeuxServer

    func start() async throws {
        try self.server.channel("/news").isPersistent = true
    }

    func stop() async {
        print("no more news")
    }
}

/// The snippets of ServicesAndRemoteCalls.md.
@Suite struct ServiceSnippets {
    private let test = TestServer()

    private struct Contact: Codable { var name: String }

    @Test func `a service answers what is published to it`() async throws {
        let server = self.test.server
        let echo = try await BayeuxService("echo", on: server)
        try echo.addService("/service/echo/{room}") { request in
            ["room": request.parameters["room"], "said": request.data?.stringValue]
        }
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.publish(id, to: "/service/echo/1", data: #""hello""#)
        let answer = try #require(socket.takeMessages().first { $0["data"] != nil }?["data"])
        #expect(try JSONBytes(answer).value() == ["room": "1", "said": "hello"])
        await echo.close()
    }

    @Test func `clients call a function`() async throws {
        let server = self.test.server
        let contacts = ["17": [Contact(name: "Ann")]]
        try server.addRemoteCall("contacts/{userId}") { call in
            guard let user = call.parameters["userId"], let found = contacts[user] else {
                throw RemoteCallFailure("no such user")
            }
            return found
        }
        server.removeRemoteCall("contacts/{userId}")
    }

    @Test func `a service starts with the server`() async throws {
        let server = self.test.server
        try await server.addService(Feed(server: server))
        try await server.startServices()
        #expect(server.existingChannel("/news")?.isPersistent == true)
        await server.shutdown()
    }
}

import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import CometDTestKit
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

private let transports: [ConnectionType] = [.webSocket, .longPolling]

/// How connections are made, and what requests carry.
@Suite("Connections of a client", .timeLimit(.minutes(2)))
struct ConnectionTests {
    @Test(arguments: transports)
    func `TLS is used for https, with the certificates that are trusted`(
        over connectionType: ConnectionType
    ) async throws {
        try await LiveServer.running(tls: TestCertificate.server()) { live in
            let network = ClientNetwork(tls: try TestCertificate.client())
            let client = try BayeuxClient(live.url(), options: .only(connectionType), network: network)

            try await client.handshake()

            try await client.wait(for: .connected)
            try await client.publish("secret", to: "/news")
            await client.disconnect()
        }
    }

    @Test(arguments: transports)
    func `a certificate that nobody trusts is refused`(over connectionType: ConnectionType) async throws {
        try await LiveServer.running(tls: TestCertificate.server()) { live in
            let client = try BayeuxClient(live.url(), options: .only(connectionType))

            let error = await #expect(throws: ClientError.self) { try await client.handshake() }

            #expect(error?.code == .unreachable)
            #expect(client.state == .disconnected)
        }
    }

    @Test(arguments: transports)
    func `a connection that is refused is told at once`(over connectionType: ConnectionType) async throws {
        let proxy = try await FaultProxy.start(to: SocketAddress(ipAddress: "127.0.0.1", port: 1))
        await proxy.refuse()
        let client = try BayeuxClient("http://127.0.0.1:\(proxy.port)/cometd", options: .only(connectionType))

        let error = await #expect(throws: ClientError.self) { try await client.handshake() }

        #expect(error?.code == .unreachable)
        await proxy.stop()
    }

    @Test(arguments: transports)
    func `headers and the authentication hook reach each request`(over connectionType: ConnectionType) async throws {
        let server = try await ScriptedHTTPServer.start { _ in .status(401) }
        var connection = ConnectionOptions()
        connection.headers = ["X-App": "test"]
        let count = Mutex(0)
        connection.authenticate = { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(number)")
        }
        let url = "http://127.0.0.1:\(server.port)/cometd"
        let client = try BayeuxClient(url, options: .only(connectionType), connection: connection)

        var failures = client.failures.makeAsyncIterator()

        let handshake = Task { try await client.handshake(retryingFor: nil) }
        await server.waitForRequests(3)
        client.abort()

        let error = await #expect(throws: ClientError.self) { try await handshake.value }
        #expect(error?.code == .ended)
        #expect(
            await failures.next()?.error.code == (connectionType == .webSocket ? .upgradeRefused : .httpStatus(401))
        )
        let tokens = server.requests.map { $0.header("authorization") }
        #expect(tokens.count >= 3)
        #expect(tokens == (1...tokens.count).map { "Bearer \($0)" })
        #expect(server.requests.allSatisfy { $0.header("x-app") == "test" })
        await server.stop()
    }

    @Test(arguments: transports)
    func `a hook that throws makes the request fail`(over connectionType: ConnectionType) async throws {
        struct NoToken: Error {}
        try await LiveServer.running { live in
            var connection = ConnectionOptions()
            connection.authenticate = { _ in throw NoToken() }
            let client = try BayeuxClient(live.url(), options: .only(connectionType), connection: connection)

            let error = await #expect(throws: ClientError.self) { try await client.handshake() }

            #expect(error?.code == .authenticationFailed)
            #expect(error?.cause is NoToken)
        }
    }

    @Test(arguments: [301, 302, 307, 308])
    func `a redirect is followed with the same messages`(status: Int) async throws {
        try await LiveServer.running { live in
            let redirecting = try await ScriptedHTTPServer.start { _ in
                .status(status, headers: [("Location", live.url())])
            }
            let url = "http://localhost:\(redirecting.port)/old"
            let client = try BayeuxClient(url, options: .only(.longPolling))

            try await client.handshake()

            try await client.wait(for: .connected)
            try await client.publish("moved", to: "/news")
            #expect(redirecting.requests.count == 1)
            await client.disconnect()
            await redirecting.stop()
        }
    }

    @Test func `a redirect that keeps the kind of the request moves the others, too`() async throws {
        let target = try await ScriptedHTTPServer.start { request in
            // A session whose first connect is held for ever.
            request.uri == "/new/handshake"
                ? .status(200, body: #"[{"channel":"/meta/handshake","successful":true,"clientId":"a"}]"#) : .hold
        }
        let location = "http://127.0.0.1:\(target.port)/new/handshake"
        let server = try await ScriptedHTTPServer.start { _ in .status(308, headers: [("Location", location)]) }
        let client = try BayeuxClient("http://127.0.0.1:\(server.port)/old", options: .only(.longPolling))

        try await client.handshake()
        await target.waitForRequests(2)

        #expect(target.requests.map(\.uri) == ["/new/handshake", "/new/connect"])
        client.abort()
        await server.stop()
        await target.stop()
    }

    @Test(arguments: [
        (303, "/elsewhere"), (302, "/loop"), (302, "https://[bad"), (302, "ftp://example.com/"), (304, "/"),
    ])
    func `a redirect that leads nowhere is a failure`(status: Int, location: String) async throws {
        let server = try await ScriptedHTTPServer.start { _ in .status(status, headers: [("Location", location)]) }
        let client = try BayeuxClient("http://127.0.0.1:\(server.port)/loop", options: .only(.longPolling))

        let error = await #expect(throws: ClientError.self) { try await client.handshake() }

        #expect(error?.code == .httpStatus(status))
        #expect(server.requests.count <= 6)
        await server.stop()
    }

    @Test func `credentials do not follow a redirect to another host`() async throws {
        let thief = try await ScriptedHTTPServer.start { _ in .status(200) }
        let location = "http://localhost:\(thief.port)/cometd"
        let server = try await ScriptedHTTPServer.start { _ in .status(307, headers: [("Location", location)]) }
        var connection = ConnectionOptions()
        connection.headers = ["Authorization": "Bearer secret"]
        let url = "http://127.0.0.1:\(server.port)/cometd"
        let client = try BayeuxClient(url, options: .only(.longPolling), connection: connection)

        let error = await #expect(throws: ClientError.self) { try await client.handshake() }

        #expect(error?.code == .httpStatus(307))
        #expect(thief.requests.isEmpty)
        await server.stop()
        await thief.stop()
    }

    @Test(
        arguments: [
            ("", .malformedAnswer), ("hello", .malformedAnswer), ("[1]", .malformedAnswer),
            ("{\"channel\":\"/meta/handshake\"", .malformedAnswer), ("[]", .malformedAnswer),
            ("[{\"channel\":\"/meta/handshake\",\"successful\":true}]", .malformedAnswer),
            ("[{\"channel\":\"/meta/handshake\",\"successful\":false,\"error\":\"403::no\"}]", .handshakeRefused),
            (String(repeating: "[", count: 5000), .malformedAnswer),
        ] as [(String, ClientError.Code)]
    )
    func `an answer that is no Bayeux is a failure`(body: String, code: ClientError.Code) async throws {
        let server = try await ScriptedHTTPServer.start { _ in .status(200, body: body) }
        let client = try BayeuxClient("http://127.0.0.1:\(server.port)/", options: .only(.longPolling))

        let error = await #expect(throws: ClientError.self) { try await client.handshake() }

        #expect(error?.code == code)
        #expect(client.state == .disconnected)
        await server.stop()
    }

    @Test(arguments: [402, 404, 500, 503])
    func `a status of failure is told`(status: Int) async throws {
        let server = try await ScriptedHTTPServer.start { _ in .status(status, body: "<html>") }
        let client = try BayeuxClient("http://127.0.0.1:\(server.port)/", options: .impatient)

        let error = await #expect(throws: ClientError.self) { try await client.handshake() }

        #expect(error?.code == .httpStatus(status))
        await server.stop()
    }

    @Test func `an answer beyond the limit is not read to its end`() async throws {
        let server = try await ScriptedHTTPServer.start { _ in .status(200, body: String(repeating: " ", count: 4096)) }
        var options = ClientOptions.only(.longPolling)
        options.maxMessageSize = 4095
        let client = try BayeuxClient("http://127.0.0.1:\(server.port)/", options: options)

        let error = await #expect(throws: ClientError.self) { try await client.handshake() }

        #expect(error?.code == .messageTooLarge)
        await server.stop()
    }

    @Test func `a message beyond the limit of a WebSocket breaks the connection, not the session`() async throws {
        var options = ClientOptions.only(.webSocket)
        options.maxMessageSize = 2000
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url(), options: options)
            try await client.handshake()
            let clientID = client.clientID
            let messages = client.messages(on: "/big")
            try await messages.waitUntilSubscribed()
            var failures = client.failures.makeAsyncIterator()

            try live.server.channel("/big").publish(JSONBytes(.string(String(repeating: "x", count: 3000))))

            #expect(await failures.next()?.error.code == .messageTooLarge)
            try await client.wait(for: .connected)
            #expect(client.clientID == clientID)
            await client.disconnect()
        }
    }

    @Test(arguments: ["", "localhost", "/cometd", "ftp://host/", "http://", "http://user@host/", "http://host:99999/"])
    func `an address that is none is refused`(url: String) {
        let error = #expect(throws: ClientError.self) { try BayeuxClient(url) }
        #expect(error?.code == .urlInvalid)
    }

    @Test(arguments: transports)
    func `a proxy of HTTP is asked for the connection`(over connectionType: ConnectionType) async throws {
        let proxy = try await ScriptedHTTPServer.start { _ in .status(407) }
        let network = ClientNetwork(
            proxy: .http(host: "127.0.0.1", port: proxy.port, authorization: "Basic dXNlcjpwYXNz")
        )
        let client = try BayeuxClient("https://server.example/cometd", options: .only(connectionType), network: network)

        let error = await #expect(throws: ClientError.self) { try await client.handshake() }

        #expect(error?.code == .unreachable)
        #expect(proxy.requests.first?.method == "CONNECT")
        #expect(proxy.requests.first?.uri == "server.example:443")
        #expect(proxy.requests.first?.header("proxy-authorization") == "Basic dXNlcjpwYXNz")
        await proxy.stop()
    }
}

import Bayeux
import CometDClient
import CometDClientNIO
import CometDTestKit
import NIOHTTP1
import NIOSSL
import Testing

/// The snippets of Connecting.md.
@Suite(.timeLimit(.minutes(1))) struct ConnectingSnippets {
    /// In place of an application's.
    private actor Tokens {
        private(set) var count = 0

        func current() async throws -> String {
            self.count += 1
            return "number \(self.count)"
        }
    }

    /// The first example.
    private func make() throws -> BayeuxClient {
        let client = try BayeuxClient("https://example.com/cometd")
        return client
    }

    @Test func `requests carry headers, cookies and tokens`() async throws {
        let script = try await ScriptedHTTPServer.start { _ in .status(503) }
        let tokens = Tokens()
        var options = ClientOptions()
        options.transports = [.longPolling]
        var connection = ConnectionOptions()
        connection.headers.add(name: "User-Agent", value: "weather/2.1")
        connection.cookies = ["region": "north"]
        connection.authenticate = { request in
            let token = try await tokens.current()
            request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token)")
        }
        let url = "http://127.0.0.1:\(script.port)/cometd"
        let client = try BayeuxClient(url, options: options, connection: connection)
        let error = await #expect(throws: ClientError.self) { try await client.handshake() }
        #expect(error?.code == .httpStatus(503))
        let request = try #require(script.requests.first)
        #expect(request.uri == "/cometd/handshake")
        #expect(request.header("User-Agent") == "weather/2.1")
        #expect(request.header("Cookie") == "region=north")
        #expect(request.header("Authorization") == "Bearer number 1")
        await script.stop()
    }

    /// The example of TLS.
    private func trust() throws -> BayeuxClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file("/etc/app/roots.pem")
        let network = ClientNetwork(tls: tls)
        let client = try BayeuxClient("https://intranet.example.com/cometd", network: network)
        return client
    }

    @Test func `networks are made`() throws {
        let network = ClientNetwork(
            proxy: .http(host: "proxy.example.com", port: 3128, authorization: "Basic dXNlcjpwYXNz")
        )
        #expect(try BayeuxClient("https://example.com/cometd", network: network).state == .disconnected)
        #expect(try self.make().state == .disconnected)
        #expect(try self.trust().state == .disconnected)
    }

    @Test(arguments: [301, 302, 307, 308])
    func `redirects are followed with the same messages`(status: Int) async throws {
        try await LiveServer.running { live in
            let script = try await ScriptedHTTPServer.start { _ in .status(status, headers: [("Location", live.url)]) }
            var options = ClientOptions()
            options.transports = [.longPolling]
            let client = try BayeuxClient("http://127.0.0.1:\(script.port)/cometd", options: options)
            try await client.handshake()
            try await client.publish("x", to: "/any")
            #expect(script.requests.map(\.method) == ["POST"])
            await client.disconnect()
            await script.stop()
        }
    }

    @Test func `a redirect to another host is not followed with secrets`() async throws {
        let location = ("Location", "http://localhost:1/cometd")
        let script = try await ScriptedHTTPServer.start { _ in .status(302, headers: [location]) }
        var options = ClientOptions()
        options.transports = [.longPolling]
        var connection = ConnectionOptions()
        connection.headers.add(name: "Authorization", value: "Bearer secret")
        let url = "http://127.0.0.1:\(script.port)/cometd"
        let client = try BayeuxClient(url, options: options, connection: connection)
        let error = await #expect(throws: ClientError.self) { try await client.handshake() }
        #expect(error?.code == .httpStatus(302))
        await script.stop()
    }

    @Test(arguments: ["example.com/cometd", "ftp://example.com", "https://user@example.com/cometd", ""])
    func `an address that is none is told`(url: String) {
        let error = #expect(throws: ClientError.self) { try BayeuxClient(url) }
        #expect(error?.code == .urlInvalid)
    }
}

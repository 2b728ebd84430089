import CometDTestKit
import NIOCore
import Testing

@Suite("ScriptedHTTPServer", .timeLimit(.minutes(1)))
struct ScriptedHTTPServerTests {
    /// A server, for as long as `body` runs.
    private func withServer(
        answering answer: @escaping @Sendable (ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Answer,
        _ body: (ScriptedHTTPServer) async throws -> Void
    ) async throws {
        let server = try await ScriptedHTTPServer.start(answering: answer)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Sends a request and reads until the server closes the connection.
    private func exchange(_ request: String, with server: ScriptedHTTPServer) async throws -> SocketPeer.Rest {
        try await SocketPeer.connected(to: server.port) { peer async throws in
            // Fails when the server closes before it has read all.
            try? await peer.send(request)
            return try await peer.rest()
        }
    }

    @Test func `a request is kept with all its parts and gets its answer`() async throws {
        try await self.withServer(answering: {
            .status(302, headers: [("Location", "/there"), ("Connection", "close")], body: $0.uri)
        }) { server async throws in
            let answer = try await self.exchange(
                "POST /cometd?a=b HTTP/1.1\r\nHost: a\r\nX-Two:  one \r\nx-two: two\r\nContent-Length: 4\r\n\r\n[{}]",
                with: server
            )
            let head = "HTTP/1.1 302 Scripted\r\nLocation: /there\r\nConnection: close\r\nContent-Length: 11"
            #expect(answer == .init(text: head + "\r\n\r\n/cometd?a=b", ending: .finished))

            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.method == "POST")
            #expect(request.uri == "/cometd?a=b")
            #expect(request.headers.map(\.0) == ["Host", "X-Two", "x-two", "Content-Length"])
            #expect(request.headers.map(\.1) == ["a", "one", "two", "4"])
            #expect(request.header("X-TWO") == "one")
            #expect(request.header("Y") == nil)
            #expect(String(buffer: request.body) == "[{}]")
        }
    }

    @Test func `a connection takes one request after the other`() async throws {
        try await self.withServer(answering: { .status(200, body: String(buffer: $0.body)) }) { server async throws in
            try await SocketPeer.connected(to: server.port) { peer async throws in
                let expected = "HTTP/1.1 200 Scripted\r\nContent-Length: 1\r\n\r\n"
                for body in ["1", "2"] {
                    try await peer.send("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n\(body)")
                    #expect(try await peer.read(expected.utf8.count + 1) == expected + body)
                }
                try await peer.send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n")
                let empty = "HTTP/1.1 200 Scripted\r\nContent-Length: 0\r\n\r\n"
                #expect(try await peer.rest() == .init(text: empty + empty, ending: .finished))
            }
        }
    }

    @Test func `a chunked body is put together`() async throws {
        try await self.withServer(answering: { _ in .status(204, headers: [("Connection", "close")]) }) {
            server async throws in
            let head = "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
            let answer = try await self.exchange(
                head + "2\r\n[{\r\nA;extension\r\n\"a\":\"\r\nbc\"\r\n1\r\n}\r\n1\r\n]\r\n0\r\nX: y\r\n\r\n",
                with: server
            )
            #expect(answer.text == "HTTP/1.1 204 Scripted\r\nConnection: close\r\n\r\n")
            #expect(server.requests.map { String(buffer: $0.body) } == ["[{\"a\":\"\r\nbc\"}]"])
        }
    }

    @Test func `a request may come in pieces`() async throws {
        try await self.withServer(answering: { _ in .status(200, headers: [("Connection", "close")]) }) {
            server async throws in
            try await SocketPeer.connected(to: server.port) { peer async throws in
                let request = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                for scalar in request.unicodeScalars { try await peer.send(String(scalar)) }
                #expect(try await peer.rest().text.hasPrefix("HTTP/1.1 200 "))
            }
            #expect(server.requests.map { String(buffer: $0.body) } == ["abc"])
        }
    }

    @Test func `raw bytes are written as they are, then the connection is closed`() async throws {
        try await self.withServer(answering: { _ in .raw("nonsense\n") }) { server async throws in
            let answer = try await self.exchange("GET / HTTP/1.1\r\n\r\n", with: server)
            #expect(answer == .init(text: "nonsense\n", ending: .finished))
        }
    }

    @Test func `a connection is closed without an answer`() async throws {
        try await self.withServer(answering: { _ in .close }) { server async throws in
            let answer = try await self.exchange("GET / HTTP/1.1\r\n\r\n", with: server)
            #expect(answer == .init(text: "", ending: .finished))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a held request is never answered, and its connection is closed when the server stops`() async throws {
        try await self.withServer(answering: { _ in .hold }) { server async throws in
            try await SocketPeer.connected(to: server.port) { peer async throws in
                try await peer.send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")
                await server.waitForRequests(1)
                await server.stop()
                #expect(try await peer.rest().text.isEmpty)
                #expect(server.requests.count == 1)
            }
            await #expect(throws: (any Error).self) { try await SocketPeer.connected(to: server.port) { _ in } }
        }
    }

    @Test func `the length and the body are a lie if the test says so`() async throws {
        try await self.withServer(answering: { _ in
            .status(500, headers: [("Content-Length", "99"), ("Connection", "close")], body: "short")
        }) { server async throws in
            let answer = try await self.exchange("GET / HTTP/1.1\r\n\r\n", with: server)
            #expect(answer.text == "HTTP/1.1 500 Scripted\r\nContent-Length: 99\r\nConnection: close\r\n\r\nshort")
        }
    }

    @Test func `the answer to HEAD has a length and no body`() async throws {
        try await self.withServer(answering: { _ in
            .status(200, headers: [("Connection", "close")], body: "long")
        }) { server async throws in
            let answer = try await self.exchange("HEAD / HTTP/1.1\r\n\r\n", with: server)
            #expect(answer.text == "HTTP/1.1 200 Scripted\r\nConnection: close\r\nContent-Length: 4\r\n\r\n")
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 1 << 16))",
        "POST / HTTP/1.1\r\nContent-Length: 16777217\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1000001\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\(String(repeating: "0", count: 1 << 12))",
    ])
    func `what is not HTTP or beyond the limits closes the connection`(request: String) async throws {
        try await self.withServer(answering: { _ in .status(200) }) { server async throws in
            #expect(try await self.exchange(request, with: server).text.isEmpty)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `waiting for requests ends when they have come, or the task is cancelled`() async throws {
        try await self.withServer(answering: { _ in .status(200, headers: [("Connection", "close")]) }) {
            server async throws in
            async let two: Void = server.waitForRequests(2)
            for _ in 0..<2 { _ = try await self.exchange("GET / HTTP/1.1\r\n\r\n", with: server) }
            await two
            let waiting = Task { await server.waitForRequests(3) }
            waiting.cancel()
            await waiting.value
            #expect(server.requests.count == 2)
        }
    }
}

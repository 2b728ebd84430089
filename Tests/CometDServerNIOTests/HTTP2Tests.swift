import CometDServer
import CometDTestKit
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL
import Testing

@testable import CometDServerNIO

/// What is HTTP/2's own; what it has in common with the other transports is among `WireTests`.
@Suite(.timeLimit(.minutes(1))) struct HTTP2Tests {
    private static let handshake = #"[{"channel":"/meta/handshake","version":"1.0"}]"#

    @Test func `many sessions of one connection hold their connects`() async throws {
        try await WireServer.running(.http2TLS) { server in
            let client = try await server.httpClient()
            var peers: [WirePollingPeer] = []
            for _ in 0..<60 {
                let peer = WirePollingPeer(client)
                peer.cookie = peers.first?.cookie
                try await peer.open()
                _ = try await peer.subscribe("/a")
                try await peer.hold()
                peers.append(peer)
            }
            _ = try await server.peer().publish("1", to: "/a")
            for peer in peers { #expect(try await peer.delivery()["data"] == "1") }
        }
    }

    @Test func `the limits are announced to the client`() async throws {
        var options = ListenerOptions()
        options.http2.maxConcurrentStreams = 7
        options.http2.maxHeaderListSize = 9000
        try await WireServer.running(.http2TLS, listener: options) { server in
            let client = try await server.httpClient()
            for await frame in client.frames {
                guard case .settings(.settings(let settings)) = frame else { continue }
                #expect(settings.contains(HTTP2Setting(parameter: .maxConcurrentStreams, value: 7)))
                #expect(settings.contains(HTTP2Setting(parameter: .maxHeaderListSize, value: 9000)))
                break
            }
        }
    }

    @Test func `limits out of their range are brought into it`() async throws {
        var options = ListenerOptions()
        options.http2.maxConcurrentStreams = -1
        options.http2.maxHeaderListSize = .max
        try await WireServer.running(.http2TLS, listener: options) { server in
            let client = try await server.httpClient()
            #expect(try await client.exchange(.POST, "/cometd", body: Self.handshake).status == 200)
        }
    }

    @Test func `pages of other origins are refused, those that are allowed are told so`() async throws {
        try await WireServer.running(
            .http2TLS,
            {
                $0.allowedOrigins = ["https://app.example"]
            }
        ) { server in
            let client = try await server.httpClient()
            let allowed = try await client.exchange(
                .POST,
                "/cometd",
                ["origin": "https://app.example"],
                body: Self.handshake
            )
            #expect(allowed.status == 200)
            #expect(allowed.headers["access-control-allow-origin"] == ["https://app.example"])
            #expect(allowed.headers["access-control-allow-credentials"] == ["true"])
            let refused = try await client.exchange(
                .POST,
                "/cometd",
                ["origin": "https://evil.example"],
                body: Self.handshake
            )
            #expect(refused.status == 403)
            #expect(refused.headers["access-control-allow-origin"].isEmpty)
        }
    }

    @Test func `too large headers end the connection`() async throws {
        try await WireServer.running(.http2TLS) { server in
            let client = try await server.httpClient()
            let headers: HTTPHeaders = ["x": String(repeating: "y", count: 20_000)]
            await #expect(throws: (any Error).self) {
                try await client.exchange(.POST, "/cometd", headers, body: Self.handshake)
            }
            try? await client.connection?.closeFuture.get()
        }
    }

    @Test func `a WebSocket cannot be opened`() async throws {
        try await WireServer.running(.http2TLS) { server in
            let client = try await server.httpClient()
            #expect(try await client.exchange(.GET, "/cometd").status == 400)
        }
    }

    // MARK: - The end of a connection

    @Test func `the end of an idle connection is announced`() async throws {
        var options = ListenerOptions()
        options.idleTimeout = .milliseconds(50)
        try await WireServer.running(.http2TLS, listener: options) { server in
            let client = try await server.httpClient()
            #expect(try await Self.endIsAnnounced(to: client))
        }
    }

    @Test(arguments: [true, false])
    func `a listener that stops announces the end, and waits for no answer to that`(acknowledges: Bool) async throws {
        var options = ListenerOptions()
        options.http2.pingTimeout = .milliseconds(50)
        try await WireServer.running(.http2TLS, listener: options) { server in
            let client = try await WireHTTPClient(
                .http2TLS,
                to: server.address,
                try Wire.http2TLS.clientTLS(),
                acknowledges: acknowledges
            )
            #expect(try await client.exchange(.POST, "/cometd", body: Self.handshake).status == 200)
            await server.stop()
            #expect(try await Self.endIsAnnounced(to: client))
        }
    }

    /// Whether a GOAWAY comes before the connection is closed.
    private static func endIsAnnounced(to client: WireHTTPClient) async throws -> Bool {
        var isAnnounced = false
        for await frame in client.frames {
            if case .goAway(_, .noError, _) = frame { isAnnounced = true }
        }
        try await client.connection?.closeFuture.get()
        return isAnnounced
    }

    // MARK: - Nonsense

    @Test func `nonsense ends its connection and nothing else`() async throws {
        try await WireServer.running(.http2TLS) { server in
            let client = try await server.httpClient()
            let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
            for seed in 0..<100 {
                var random = SeededGenerator(seed: UInt64(seed))
                var bytes = ByteBuffer(string: seed % 5 == 0 ? "" : preface)
                if seed % 5 > 1 { bytes.writeBytes(settings) }
                for _ in 0..<20 {
                    let length = Int.random(in: 0..<40, using: &random)
                    bytes.writeBytes([0, 0, UInt8(length)])
                    bytes.writeInteger(UInt8.random(in: 0...10, using: &random))
                    bytes.writeInteger(UInt8.random(in: 0...255, using: &random))
                    bytes.writeInteger(UInt32.random(in: 0...8, using: &random))
                    bytes.writeBytes((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
                }
                let channel = try await WireHTTPClient.connect(to: server.address, Wire.http2TLS.clientTLS()) { $0 }
                // The server may have closed it before.
                try? await channel.writeAndFlush(bytes)
                try? await channel.close()
                if seed % 10 == 0 {
                    #expect(try await client.exchange(.POST, "/cometd", body: Self.handshake).status == 200)
                }
            }
            #expect(try await client.exchange(.POST, "/cometd", body: Self.handshake).status == 200)
        }
    }
}

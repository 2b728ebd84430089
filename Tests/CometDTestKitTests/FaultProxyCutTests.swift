import CometDTestKit
import NIOCore
import Testing

@Suite("FaultProxy, cuts and upgrades", .timeLimit(.minutes(1)))
struct FaultProxyCutTests {
    private static let upgrade = """
        GET /cometd HTTP/1.1\r
        Host: a\r
        connection: Upgrade\r
        UPGRADE: WebSocket\r
        \r

        """

    @Test(arguments: [0, 1, 7, 500_000])
    func `the client gets exactly so many bytes, then a reset`(count: Int) async throws {
        try await TCPServer.running { _, address in
            let proxy = try await FaultProxy.start(to: address)
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                // These do not count.
                _ = try await peer.exchange("hello")
                await proxy.cut(afterBytesToClient: count)
                try await peer.send(String(repeating: "x", count: count + 1))
                #expect(try await peer.rest() == .init(text: String(repeating: "x", count: count), ending: .reset))
                #expect(proxy.bytesToClient == 5 + count)
                #expect(proxy.openConnections == 0)
            }
            await proxy.stop()
        }
    }

    @Test(arguments: [0, 1, 7, 500_000])
    func `the server gets exactly so many bytes, then a reset`(count: Int) async throws {
        try await TCPServer.running(echoes: false) { server, address in
            let proxy = try await FaultProxy.start(to: address)
            await proxy.cut(afterBytesToServer: count)
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                // Refused by the kernel when the connection is cut meanwhile.
                try? await peer.send(String(repeating: "x", count: count + 1))
                #expect(try await peer.rest() == .init(text: "", ending: .reset))
            }
            #expect(await server.events.first { $0 != .opened } == .reset)
            #expect(server.receivedCount == count)
            #expect(proxy.bytesToServer == count)
            await proxy.stop()
        }
    }

    @Test func `a cut counts each connection on its own and happens once`() async throws {
        try await TCPServer.running { _, address in
            let proxy = try await FaultProxy.start(to: address)
            await proxy.cut(afterBytesToClient: 4)
            try await SocketPeer.connected(to: proxy.port) { first async throws in
                try await SocketPeer.connected(to: proxy.port) { second async throws in
                    #expect(try await first.exchange("abcd") == "abcd")
                    #expect(try await second.exchange("ab") == "ab")
                    try await first.send("e")
                    #expect(try await first.rest() == .init(text: "", ending: .reset))
                    #expect(try await second.exchange("cdefgh") == "cdefgh")
                }
            }
            await proxy.stop()
        }
    }

    @Test func `a request for an upgrade is refused and does not reach the server`() async throws {
        try await TCPServer.running { server, address in
            let proxy = try await FaultProxy.start(to: address)
            await proxy.refuseUpgrades()
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                try await peer.send(Self.upgrade)
                let answer = try await peer.rest()
                #expect(answer.ending == .finished)
                #expect(answer.text == "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            }
            #expect(proxy.openConnections == 0)
            #expect(proxy.bytesToServer == 0)
            // The server's only connection is the second one.
            await proxy.allowUpgrades()
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                #expect(try await peer.exchange(Self.upgrade) == Self.upgrade)
            }
            #expect(server.received == Self.upgrade)
            var events = server.events.makeAsyncIterator()
            #expect(await events.next() == .opened)
            #expect(await events.next() == .finished)
            await proxy.stop()
        }
    }

    @Test func `a request for an upgrade that comes in pieces is refused`() async throws {
        try await TCPServer.running { server, address in
            let proxy = try await FaultProxy.start(to: address)
            await proxy.refuseUpgrades()
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                for character in Self.upgrade { try await peer.send(String(character)) }
                #expect(try await peer.rest().text.hasPrefix("HTTP/1.1 403 "))
            }
            #expect(server.received.isEmpty)
            await proxy.stop()
        }
    }

    @Test(arguments: [
        "POST /cometd HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n[]",
        "GET / HTTP/1.1\r\nUpgrade: h2c\r\nX: websocket\r\n\r\n",
        "\u{16}\u{3}\u{1} a record of TLS",
    ])
    func `other requests pass while upgrades are refused`(request: String) async throws {
        try await TCPServer.running { _, address in
            let proxy = try await FaultProxy.start(to: address)
            await proxy.refuseUpgrades()
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                #expect(try await peer.exchange(request) == request)
                // Only the first request is looked at.
                #expect(try await peer.exchange(Self.upgrade) == Self.upgrade)
            }
            await proxy.stop()
        }
    }

    @Test func `a head that never ends passes when the client has finished`() async throws {
        try await TCPServer.running { _, address in
            let proxy = try await FaultProxy.start(to: address)
            await proxy.refuseUpgrades()
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                try await peer.send("GET / HTTP/1.1\r\n")
                try await peer.finish()
                #expect(try await peer.rest() == .init(text: "GET / HTTP/1.1\r\n", ending: .finished))
            }
            await proxy.stop()
        }
    }

    @Test func `a connection that was open before is refused its upgrade`() async throws {
        try await TCPServer.running { server, address in
            let proxy = try await FaultProxy.start(to: address)
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                #expect(await server.events.first { $0 == .opened } != nil)
                await proxy.refuseUpgrades()
                try await peer.send(Self.upgrade)
                #expect(try await peer.rest().text.hasPrefix("HTTP/1.1 403 "))
            }
            #expect(server.received.isEmpty)
            await proxy.stop()
        }
    }
}

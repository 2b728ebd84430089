import CometDTestKit
import NIOCore
import NIOPosix
import Testing

@Suite("FaultProxy", .timeLimit(.minutes(1)))
struct FaultProxyTests {
    /// A proxy before an echoing server, for as long as `body` runs.
    private func withProxy(
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        _ body: (FaultProxy, TCPServer) async throws -> Void
    ) async throws {
        try await TCPServer.running { server, address in
            let proxy = try await FaultProxy.start(to: address, on: group)
            do {
                try await body(proxy, server)
            } catch {
                await proxy.stop()
                throw error
            }
            await proxy.stop()
        }
    }

    @Test func `bytes pass both ways and are counted`() async throws {
        try await self.withProxy { proxy, _ in
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                #expect(try await peer.exchange("hello") == "hello")
                #expect(proxy.connectionCount == 1)
                #expect(proxy.openConnections == 1)
                #expect(proxy.bytesToServer == 5)
                #expect(proxy.bytesToClient == 5)
            }
        }
    }

    @Test func `the end of a direction passes, and the other direction lives on`() async throws {
        try await self.withProxy { proxy, server in
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                try await peer.send("last words")
                try await peer.finish()
                #expect(try await peer.rest() == .init(text: "last words", ending: .finished))
            }
            #expect(await server.events.first { $0 != .opened } == .finished)
        }
    }

    @Test func `a connection that a server breaks is broken for the client`() async throws {
        try await self.withProxy { inner, _ in
            let proxy = try await FaultProxy.start(to: inner.address)
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                _ = try await peer.exchange("hello")
                await inner.reset()
                #expect(try await peer.rest() == .init(text: "", ending: .reset))
                #expect(proxy.openConnections == 0)
            }
            await proxy.stop()
        }
    }

    @Test func `a server that is not there shows as a reset`() async throws {
        let gone = try await TCPServer.running { _, address in address }
        let proxy = try await FaultProxy.start(to: gone)
        // Frozen, it does not reset before the peer knows that it is connected.
        await proxy.freeze()
        try await SocketPeer.connected(to: proxy.port) { peer async throws in
            await proxy.waitForConnections(1)
            await proxy.thaw()
            #expect(try await peer.rest() == .init(text: "", ending: .reset))
        }
        #expect(proxy.connectionCount == 1)
        #expect(proxy.openConnections == 0)
        await proxy.stop()
    }

    @Test func `new connections lead to the new target`() async throws {
        try await self.withProxy { proxy, first in
            try await TCPServer.running { second, address in
                try await SocketPeer.connected(to: proxy.port) { old in
                    _ = try await old.exchange("1")
                    await proxy.setTarget(address)
                    try await SocketPeer.connected(to: proxy.port) { _ = try await $0.exchange("2") }
                    _ = try await old.exchange("3")
                }
                #expect(first.received == "13")
                #expect(second.received == "2")
            }
        }
    }

    @Test func `connections are refused, and accepted again on the same port`() async throws {
        try await self.withProxy { proxy, _ in
            try await SocketPeer.connected(to: proxy.port) { old in
                _ = try await old.exchange("before")
                await proxy.refuse()
                await #expect(throws: (any Error).self) {
                    try await SocketPeer.connected(to: proxy.port) { _ in }
                }
                #expect(try await old.exchange("meanwhile") == "meanwhile")
                #expect(proxy.connectionCount == 1)
                try await proxy.accept()
                try await SocketPeer.connected(to: proxy.port) { peer async throws in
                    #expect(try await peer.exchange("after") == "after")
                }
            }
        }
    }

    @Test func `a reset breaks every connection at the client and closes it at the server`() async throws {
        try await self.withProxy { proxy, server in
            try await SocketPeer.connected(to: proxy.port) { first async throws in
                _ = try await first.exchange("1")
                try await SocketPeer.connected(to: proxy.port) { second async throws in
                    _ = try await second.exchange("2")
                    await proxy.reset()
                    #expect(proxy.openConnections == 0)
                    #expect(try await first.rest() == .init(text: "", ending: .reset))
                    #expect(try await second.rest() == .init(text: "", ending: .reset))
                }
                try await SocketPeer.connected(to: proxy.port) { third async throws in
                    #expect(try await third.exchange("3") == "3")
                }
            }
            #expect(await server.events.first { $0 != .opened } == .finished)
        }
    }

    @Test(arguments: [false, true])
    func `a close finishes every connection, also with bytes unread`(isFrozen: Bool) async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        try await self.withProxy(on: eventLoop) { proxy, server in
            try await ProxyFence.beside(on: eventLoop) { fence in
                try await SocketPeer.connected(to: proxy.port) { peer async throws in
                    _ = try await peer.exchange("hello")
                    if isFrozen {
                        await proxy.freeze()
                        try await peer.send("lost")
                        try await fence.pass()
                    }
                    await proxy.close()
                    #expect(proxy.openConnections == 0)
                    #expect(try await peer.rest() == .init(text: "", ending: .finished))
                }
                #expect(await server.events.first { $0 != .opened } == .finished)
                #expect(server.received == "hello")
            }
        }
    }

    @Test func `stopping ends the connections and the port for good`() async throws {
        try await self.withProxy { proxy, _ in
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                _ = try await peer.exchange("hello")
                await proxy.stop()
                #expect(try await peer.rest().text.isEmpty)
                #expect(proxy.openConnections == 0)
                await #expect(throws: ChannelError.self) { try await proxy.accept() }
                await #expect(throws: (any Error).self) {
                    try await SocketPeer.connected(to: proxy.port) { _ in }
                }
            }
        }
    }

    @Test func `waiting for connections ends when they have come`() async throws {
        try await self.withProxy { proxy, _ in
            let two = Task { await proxy.waitForConnections(2) }
            try await SocketPeer.connected(to: proxy.port) { _ in
                await proxy.waitForConnections(1)
                try await SocketPeer.connected(to: proxy.port) { _ in await two.value }
            }
            #expect(proxy.connectionCount == 2)
            await proxy.waitForConnections(2)
        }
    }

    @Test func `waiting for connections ends when the task is cancelled`() async throws {
        try await self.withProxy { proxy, _ in
            let waiting = Task { await proxy.waitForConnections(1) }
            waiting.cancel()
            await waiting.value
            #expect(proxy.connectionCount == 0)
        }
    }
}

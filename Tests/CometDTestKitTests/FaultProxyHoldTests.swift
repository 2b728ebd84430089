import CometDTestKit
import NIOCore
import NIOPosix
import Testing

@Suite("FaultProxy, what it holds", .timeLimit(.minutes(1)))
struct FaultProxyHoldTests {
    private let eventLoop = MultiThreadedEventLoopGroup.singleton.next()

    @Test func `nothing passes a frozen proxy, and everything in order when it thaws`() async throws {
        try await TCPServer.running { server, address in
            let proxy = try await FaultProxy.start(to: address, on: self.eventLoop)
            try await ProxyFence.beside(on: self.eventLoop) { fence in
                try await SocketPeer.connected(to: proxy.port) { peer async throws in
                    _ = try await peer.exchange("hello")
                    await proxy.freeze()
                    for text in ["a", "b", "c"] {
                        try await peer.send(text)
                        try await fence.pass()
                    }
                    try await peer.finish()
                    try await fence.pass()
                    #expect(proxy.bytesToServer == 5)
                    #expect(proxy.openConnections == 1)
                    #expect(server.received == "hello")

                    await proxy.thaw()
                    #expect(try await peer.rest() == .init(text: "abc", ending: .finished))
                }
                #expect(await server.events.first { $0 != .opened } == .finished)
            }
            await proxy.stop()
        }
    }

    @Test func `nothing passes a frozen proxy from the server`() async throws {
        try await TCPServer.running { _, address in
            // The outer one is frozen while the answer is on its way, as the inner one delays it.
            let inner = try await FaultProxy.start(to: address, on: self.eventLoop)
            let proxy = try await FaultProxy.start(to: inner.address, on: self.eventLoop)
            try await ProxyFence.beside(on: self.eventLoop) { fence in
                try await SocketPeer.connected(to: proxy.port) { peer async throws in
                    _ = try await peer.exchange("hello")
                    await inner.freeze()
                    try await peer.send("answer me")
                    try await fence.pass()
                    #expect(proxy.bytesToServer == 14)
                    await proxy.freeze()
                    await inner.thaw()
                    while inner.bytesToClient < 14 { try await fence.pass() }
                    await inner.close()
                    try await fence.pass()
                    #expect(proxy.bytesToClient == 5)
                    #expect(proxy.openConnections == 1)

                    await proxy.thaw()
                    #expect(try await peer.rest() == .init(text: "answer me", ending: .finished))
                }
            }
            await proxy.stop()
            await inner.stop()
        }
    }

    @Test func `a connection to a frozen proxy is accepted and reaches the server when it thaws`() async throws {
        try await TCPServer.running { server, address in
            let proxy = try await FaultProxy.start(to: address, on: self.eventLoop)
            try await ProxyFence.beside(on: self.eventLoop) { fence in
                await proxy.freeze()
                try await SocketPeer.connected(to: proxy.port) { peer async throws in
                    try await peer.send("hello")
                    await proxy.waitForConnections(1)
                    try await fence.pass()
                    #expect(proxy.bytesToServer == 0)
                    #expect(server.received.isEmpty)
                    await proxy.thaw()
                    #expect(try await peer.read(5) == "hello")
                }
            }
            await proxy.stop()
        }
    }

    @Test func `what is delayed comes that much later, in order, both ways`() async throws {
        try await TCPServer.running { _, address in
            let proxy = try await FaultProxy.start(to: address, on: self.eventLoop)
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                _ = try await peer.exchange("hello")
                await proxy.delay(.milliseconds(40))
                let delayed = try await ContinuousClock().measure {
                    try await peer.send("a")
                    try await peer.send("b")
                    #expect(try await peer.exchange("c") == "a")
                }
                #expect(delayed >= .milliseconds(80))
                #expect(try await peer.read(2) == "bc")
                await proxy.delay(.zero)
                #expect(try await peer.exchange("d") == "d")
            }
            await proxy.stop()
        }
    }

    @Test func `what is delayed overtakes nothing when the delay ends`() async throws {
        try await TCPServer.running { _, address in
            let proxy = try await FaultProxy.start(to: address, on: self.eventLoop)
            try await ProxyFence.beside(on: self.eventLoop) { fence in
                try await SocketPeer.connected(to: proxy.port) { peer async throws in
                    _ = try await peer.exchange("hello")
                    await proxy.delay(.milliseconds(40))
                    try await peer.send("a")
                    try await fence.pass()
                    await proxy.delay(.zero)
                    try await peer.send("b")
                    #expect(try await peer.read(2) == "ab")
                }
            }
            await proxy.stop()
        }
    }

    @Test(arguments: [false, true])
    func `what is frozen or delayed is read no further than a limit`(isFrozen: Bool) async throws {
        try await TCPServer.running(echoes: false) { _, address in
            let proxy = try await FaultProxy.start(to: address, on: self.eventLoop)
            if isFrozen { await proxy.freeze() } else { await proxy.delay(.seconds(3600)) }
            try await ProxyFence.beside(on: self.eventLoop) { fence in
                let flood = try await Flood.start(to: proxy.port)
                try await flood.untilStuck(&fence)
                #expect(flood.sent < Flood.limit)
                #expect(proxy.bytesToServer == 0)
                try await flood.stop()
            }
            await proxy.stop()
        }
    }

    @Test func `a thaw lets a flood through, to the last byte`() async throws {
        try await TCPServer.running(echoes: false) { server, address in
            let proxy = try await FaultProxy.start(to: address, on: self.eventLoop)
            await proxy.freeze()
            try await ProxyFence.beside(on: self.eventLoop) { fence in
                let flood = try await Flood.start(to: proxy.port)
                try await flood.untilStuck(&fence)
                await proxy.thaw()
                while server.receivedCount < Flood.total { try await fence.pass() }
                #expect(proxy.bytesToServer == Flood.total)
                try await flood.stop()
            }
            await proxy.stop()
        }
    }

    @Test func `a server that does not read stops the proxy from reading`() async throws {
        try await TCPServer.running(echoes: false, reads: false) { server, address in
            let proxy = try await FaultProxy.start(to: address, on: self.eventLoop)
            try await ProxyFence.beside(on: self.eventLoop) { fence in
                let flood = try await Flood.start(to: proxy.port)
                #expect(await server.events.first { $0 == .opened } != nil)
                try await flood.untilStuck(&fence)
                #expect(flood.sent < Flood.limit)
                try await server.read()
                while server.receivedCount < Flood.total { try await fence.pass() }
                #expect(proxy.bytesToServer == Flood.total)
                try await flood.stop()
            }
            await proxy.stop()
        }
    }
}

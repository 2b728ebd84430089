import CometDTestKit
import NIOCore
import NIOPosix
import Testing

@Suite("FaultProxy, resets that it passes on", .timeLimit(.minutes(1)))
struct FaultProxyResetTests {
    private let eventLoop = MultiThreadedEventLoopGroup.singleton.next()

    @Test func `what a client sent before it broke the connection arrives when a frozen proxy thaws`() async throws {
        try await TCPServer.running(echoes: false) { server, address in
            let proxy = try await FaultProxy.start(to: address, on: self.eventLoop)
            let outer = try await FaultProxy.start(to: proxy.address, on: self.eventLoop)
            await proxy.freeze()
            await outer.cut(afterBytesToServer: 3)
            try await ProxyFence.beside(on: self.eventLoop) { fence async throws in
                try await SocketPeer.connected(to: outer.port) { peer async throws in
                    try await peer.send("hello")
                    #expect(try await peer.rest() == .init(text: "", ending: .reset))
                    await proxy.waitForConnections(1)
                    try await fence.pass()
                    #expect(proxy.openConnections == 1)
                    await proxy.thaw()
                    #expect(await server.events.first { $0 != .opened } == .reset)
                    #expect(server.received == "hel")
                    #expect(proxy.openConnections == 0)
                }
            }
            await outer.stop()
            await proxy.stop()
        }
    }
}

import CometDTestKit
import NIOCore

/// Proves that a faulty proxy had its chance: another proxy on the same event loop, without faults.
///
/// What reached the faulty proxy's sockets before a byte went through the fence has been seen by its event loop when
/// that byte comes back: had it been passed on, it would have been counted.
struct ProxyFence {
    private var peer: SocketPeer

    /// Opens a fence for as long as `body` runs.
    static func beside(
        on eventLoop: any EventLoop,
        _ body: (inout ProxyFence) async throws -> Void
    ) async throws {
        try await TCPServer.running { _, address in
            let proxy = try await FaultProxy.start(to: address, on: eventLoop)
            try await SocketPeer.connected(to: proxy.port) { peer async throws in
                var fence = ProxyFence(peer: peer)
                try await fence.pass()
                try await body(&fence)
            }
            await proxy.stop()
        }
    }

    /// Sends a few bytes around.
    mutating func pass() async throws {
        for _ in 0..<3 { _ = try await self.peer.exchange("?") }
    }
}

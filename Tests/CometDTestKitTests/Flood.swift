import NIOCore
import NIOPosix
import Synchronization

/// A client that sends more than any buffer takes.
final class Flood: Sendable {
    /// What it sends in all.
    static let total = 64 << 20
    /// What the kernel's buffers and a proxy's take, and more.
    static let limit = total / 2

    private static let chunk = 1 << 16
    private let channel: any Channel
    private let chunksSent = Mutex(0)

    /// Connects and begins to send.
    static func start(to port: Int) async throws -> Flood {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port)
            .get()
        let flood = Flood(channel)
        let bytes = ByteBuffer(repeating: UInt8(ascii: "x"), count: Self.chunk)
        for _ in 0..<(Self.total / Self.chunk) {
            channel.writeAndFlush(bytes).whenSuccess { flood.chunksSent.withLock { $0 += 1 } }
        }
        return flood
    }

    private init(_ channel: any Channel) { self.channel = channel }

    /// The bytes that its kernel has taken.
    var sent: Int { self.chunksSent.withLock { $0 } * Self.chunk }

    /// Waits until the kernel takes no more, or has all.
    func untilStuck(_ fence: inout ProxyFence) async throws {
        var (last, unchanged) = (-1, 0)
        while unchanged < 20, self.sent < Self.total {
            try await fence.pass()
            unchanged = self.sent == last ? unchanged + 1 : 0
            last = self.sent
        }
    }

    func stop() async throws { try await self.channel.close() }
}

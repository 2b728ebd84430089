import Bayeux
import CometDServer
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import CometDServerNIO

@Suite("WebSocketConnection, back-pressure")
struct WebSocketBackPressureTests {
    typealias Peer = WebSocketEmbeddedPeer

    /// Lets publishes through one by one.
    final class Gate: SecurityPolicy {
        private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

        func canPublish(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            await withCheckedContinuation { continuation in self.waiting.withLock { $0.append(continuation) } }
            return true
        }

        /// Lets the next one through.
        ///
        /// - Returns: Whether there was one.
        func letOneThrough() -> Bool {
            guard let next = self.waiting.withLock({ $0.popLast() }) else { return false }
            next.resume()
            return true
        }
    }

    /// Counts the reads that reach the channel.
    final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var count = 0

        func read(context: ChannelHandlerContext) {
            self.count += 1
            context.read()
        }
    }

    /// Is full after each write.
    final class Filling: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var channel: EmbeddedChannel?

        init(_ channel: EmbeddedChannel) { self.channel = channel }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            context.write(data, promise: promise)
            guard let channel = self.channel else { return }
            channel.isWritable = false
            context.fireChannelWritabilityChanged()
        }
    }

    @Test func `reading stops while too many batches are in process`() throws {
        let peer = try Peer()
        let gate = Gate()
        peer.server.securityPolicy = gate
        let clientID = try peer.handshakeAndConnect()
        let reads = ReadCounter()
        try peer.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        let publish = WebSocketClientFrame(.text, Peer.publish(clientID))

        try peer.channel.writeInbound(ByteBuffer(frames: .init(repeating: publish, count: 40)))
        peer.loop.run()
        #expect(peer.connection.batchesInProcess == WebSocketConnection.mostBatches + 1)
        peer.channel.read()
        #expect(reads.count == 0)

        // One more chunk that was under way is kept as it is.
        try peer.send(publish)
        #expect(peer.connection.batchesInProcess == WebSocketConnection.mostBatches + 1)

        var most = 0
        while gate.letOneThrough() {
            peer.loop.run()
            most = max(most, peer.connection.batchesInProcess)
        }
        #expect(most == WebSocketConnection.mostBatches + 1)
        #expect(peer.connection.batchesInProcess == 0)
        #expect(reads.count == 1)
        let replies = try peer.takeFrames()
        #expect(replies.count == 41)
        peer.channel.read()
        #expect(reads.count == 2)
    }

    @Test func `while the peer does not read, nothing is sent and nothing is read`() throws {
        let peer = try Peer()
        let clientID = try peer.handshakeAndConnect()
        let reads = ReadCounter()
        try peer.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        peer.channel.isWritable = false
        peer.channel.pipeline.fireChannelWritabilityChanged()

        peer.connection.session?.deliver(nil, on: "/b")
        try peer.send(.init(.text, Peer.publish(clientID)), .init(.ping))
        peer.channel.read()
        #expect(try peer.takeFrames().isEmpty)
        #expect(reads.count == 0)

        peer.channel.isWritable = true
        peer.channel.pipeline.fireChannelWritabilityChanged()
        peer.loop.run()
        #expect(try peer.takeFrames().map(\.opcode) == [.text, .text, .pong])
        #expect(reads.count == 1)
    }

    @Test func `a write that fills the channel stops the next one`() throws {
        let peer = try Peer()
        _ = try peer.handshakeAndConnect()
        let filling = Filling(peer.channel)
        try peer.channel.pipeline.syncOperations.addHandler(filling, position: .first)
        peer.connection.session?.deliver(nil, on: "/b")
        peer.loop.run()
        peer.connection.session?.deliver(nil, on: "/c")
        peer.loop.run()
        #expect(try peer.takeFrames().map(\.text) == [#"[{"channel":"/b"}]"#])

        filling.channel = nil
        peer.channel.isWritable = true
        peer.channel.pipeline.fireChannelWritabilityChanged()
        peer.loop.run()
        #expect(try peer.takeFrames().map(\.text) == [#"[{"channel":"/c"}]"#])
    }

    @Test func `a connection that is not writable still closes`() throws {
        let peer = try Peer()
        peer.channel.isWritable = false
        peer.channel.pipeline.fireChannelWritabilityChanged()
        try peer.send(.init(.ping))
        peer.connection.close(code: 1000, reason: "")
        try peer.send(.close(1000))
        #expect(try peer.takeFrames().map(\.opcode) == [.close])
        #expect(!peer.channel.isActive)
    }

    @Test func `a close frame behind batches that wait is answered in its turn`() throws {
        let peer = try Peer()
        let gate = Gate()
        peer.server.securityPolicy = gate
        let clientID = try peer.handshakeAndConnect()
        let publish = WebSocketClientFrame(.text, Peer.publish(clientID))
        try peer.channel.writeInbound(ByteBuffer(frames: .init(repeating: publish, count: 20) + [.close(1000)]))
        peer.loop.run()
        #expect(try peer.takeFrames().isEmpty)
        for _ in 0..<12 {
            _ = gate.letOneThrough()
            peer.loop.run()
        }
        #expect(try peer.takeFrames().last?.opcode == .close)
        #expect(!peer.channel.isActive)
        while gate.letOneThrough() { peer.loop.run() }
        #expect(try peer.takeFrames().isEmpty)
    }

    @Test func `batches that end after the connection are no matter`() throws {
        let peer = try Peer()
        let gate = Gate()
        peer.server.securityPolicy = gate
        let clientID = try peer.handshakeAndConnect()
        let publish = WebSocketClientFrame(.text, Peer.publish(clientID))
        try peer.channel.writeInbound(ByteBuffer(frames: .init(repeating: publish, count: 40)))
        _ = try peer.channel.finish()
        while gate.letOneThrough() { peer.loop.run() }
        #expect(try peer.takeFrames().isEmpty)
    }
}

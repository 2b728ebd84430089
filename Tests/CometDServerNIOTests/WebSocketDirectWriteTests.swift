#if os(Linux)
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@testable import CometDServerNIO

@Suite("DirectSocketWriter")
struct WebSocketDirectWriteTests {
    /// Writes as a WebSocket does.
    final class Writing: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        var writer = DirectSocketWriter()
        var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

        /// - Returns: Whether all has gone past the channel.
        @discardableResult
        func write(_ bytes: ByteBuffer) -> Bool {
            guard let context = self.context, let rest = self.writer.write(bytes, in: context) else { return true }
            context.writeAndFlush(self.wrapOutboundOut(rest), promise: nil)
            return false
        }
    }

    /// Counts what comes through the channel.
    final class Counting: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        var bytes = 0

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            self.bytes += self.unwrapOutboundIn(data).readableBytes
            context.write(data, promise: promise)
        }
    }

    /// Gathers what is written until it is flushed, and changes it, as TLS does.
    final class Changing: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var gathered = ByteBuffer()

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            self.gathered.writeBytes(self.unwrapOutboundIn(data).readableBytesView.map { $0 ^ 0xff })
        }

        func flush(context: ChannelHandlerContext) {
            context.writeAndFlush(self.wrapOutboundOut(self.gathered), promise: nil)
            self.gathered = ByteBuffer()
        }
    }

    /// A server whose one connection has some handlers.
    static func withConnection(
        _ handlers: @escaping @Sendable () -> [any ChannelHandler] = { [] },
        _ body: (any Channel, NIOLoopBound<Writing>, WebSocketSocketPeer) async throws -> Void
    ) async throws {
        let (accepted, continuation) = AsyncStream<(any Channel, NIOLoopBound<Writing>)>.makeStream()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.so_sndbuf), value: 65536)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let writing = Writing()
                    try channel.pipeline.syncOperations.addHandlers(handlers() + [writing])
                    continuation.yield((channel, NIOLoopBound(writing, eventLoop: channel.eventLoop)))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let peer = try WebSocketSocketPeer(port: try #require(listener.localAddress?.port))
        var connections = accepted.makeAsyncIterator()
        let (channel, writing) = try #require(await connections.next())
        try await body(channel, writing, peer)
        try await listener.close().get()
        try await group.shutdownGracefully()
    }

    @Test func `what the socket takes goes past the channel`() async throws {
        try await Self.withConnection({ [Counting()] }) { channel, writing, peer in
            let isDirect = try await channel.eventLoop.submit {
                (0..<10).map { writing.value.write(ByteBuffer(string: "message \($0);")) }
            }.get()
            #expect(isDirect == .init(repeating: true, count: 10))
            let expected = (0..<10).map { "message \($0);" }.joined()
            #expect(String(buffer: try peer.take(expected.utf8.count)) == expected)
            let bytes = try await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.handler(type: Counting.self).bytes
            }.get()
            #expect(bytes == 0)
        }
    }

    @Test func `what a peer does not read waits in the channel, in order`() async throws {
        try await Self.withConnection { channel, writing, peer in
            // Blocks of their own numbers, until the socket is full and some way beyond.
            let blocks = try await channel.eventLoop.submit {
                var number: UInt32 = 0
                while writing.value.write(Self.block(number)), number < 100_000 { number += 1 }
                #expect(!writing.value.writer.isDirect)
                for _ in 0..<100 {
                    number += 1
                    #expect(!writing.value.write(Self.block(number)))
                }
                return number + 1
            }.get()
            #expect(blocks < 100_000)
            for number in 0..<blocks {
                let block = try peer.take(1024)
                #expect(block == Self.block(number))
                guard block == Self.block(number) else { return }
            }
            // All has been read, so all has been written: the way is free again.
            let isDirect = try await channel.eventLoop.submit { writing.value.write(ByteBuffer(string: "end")) }.get()
            #expect(isDirect)
            #expect(try peer.take(3) == ByteBuffer(string: "end"))
        }
    }

    @Test func `the rest of a large write goes through the channel`() async throws {
        try await Self.withConnection { channel, writing, peer in
            var large = ByteBuffer()
            for number in 0..<(1 << 10 as UInt32) { large.writeImmutableBuffer(Self.block(number)) }
            let bytes = large
            let isDirect = try await channel.eventLoop.submit { writing.value.write(bytes) }.get()
            #expect(!isDirect)
            #expect(try peer.take(bytes.readableBytes) == bytes)
        }
    }

    @Test func `what was in the channel before goes first`() async throws {
        try await Self.withConnection { channel, writing, peer in
            let first = ByteBuffer(repeating: 1, count: 1 << 20)
            let isDirect = try await channel.eventLoop.submit {
                writing.value.context?.writeAndFlush(NIOAny(first), promise: nil)
                return writing.value.write(ByteBuffer(string: "second"))
            }.get()
            #expect(!isDirect)
            #expect(try peer.take(first.readableBytes) == first)
            #expect(try peer.take(6) == ByteBuffer(string: "second"))
        }
    }

    @Test func `a handler that changes what is written is never passed by`() async throws {
        try await Self.withConnection({ [Changing()] }) { channel, writing, peer in
            let isDirect = try await channel.eventLoop.submit {
                [writing.value.write(ByteBuffer(bytes: [1, 2])), writing.value.write(ByteBuffer(bytes: [3]))]
            }.get()
            #expect(isDirect == [false, false])
            #expect(try peer.take(3) == ByteBuffer(bytes: [0xfe, 0xfd, 0xfc]))
        }
    }

    @Test func `a forgotten descriptor is not used again`() async throws {
        try await Self.withConnection { channel, writing, peer in
            let isDirect = try await channel.eventLoop.submit {
                let before = writing.value.write(ByteBuffer(string: "one"))
                writing.value.writer.forget()
                return [before, writing.value.write(ByteBuffer(string: "two"))]
            }.get()
            #expect(isDirect == [true, false])
            #expect(try peer.take(6) == ByteBuffer(string: "onetwo"))
        }
    }

    @Test func `an error of the socket is left to the channel, which closes`() async throws {
        try await Self.withConnection { channel, writing, peer in
            let isDirect = try await channel.eventLoop.submit {
                let before = writing.value.write(ByteBuffer(string: "one"))
                try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    _ = shutdown($0, CInt(SHUT_WR))
                }
                return [before, writing.value.write(ByteBuffer(string: "two"))]
            }.get()
            #expect(isDirect == [true, false])
            try await channel.closeFuture.get()
            #expect(try peer.take(10) == ByteBuffer(string: "one"))
        }
    }

    @Test func `a channel without a socket is written through`() throws {
        let writing = Writing()
        let channel = EmbeddedChannel(handler: writing)
        writing.write(ByteBuffer(string: "one"))
        writing.write(ByteBuffer(string: "two"))
        #expect(try channel.readOutbound() == ByteBuffer(string: "one"))
        #expect(try channel.readOutbound() == ByteBuffer(string: "two"))
        #expect(try channel.finish(acceptAlreadyClosed: true).isClean)
    }

    static func block(_ number: UInt32) -> ByteBuffer {
        ByteBuffer(integer: number).filled(to: 1024)
    }
}

extension ByteBuffer {
    fileprivate func filled(to count: Int) -> ByteBuffer {
        var filled = self
        filled.writeRepeatingByte(0x2e, count: count - filled.readableBytes)
        return filled
    }
}
#endif

#if os(Linux)
import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import NIOPosix
import Testing

@testable import CometDServerNIO

@Suite("WebSocketConnection on a socket")
struct WebSocketSocketTests {
    typealias Frame = WebSocketClientFrame

    /// A server on real event loops, whose every connection is a WebSocket from the start.
    static func withServer(
        deflate: PerMessageDeflate? = nil,
        _ change: (inout ServerOptions) -> Void = { _ in },
        _ body: (BayeuxServer, Int) async throws -> Void
    ) async throws {
        var options = ServerOptions.patient
        change(&options)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = BayeuxServer(options: options, eventLoopGroup: group)
        let listener = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.so_sndbuf), value: 65536)
            // As the HTTP side has it.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = WebSocketConnection(
                        server: server,
                        context: WebSocketEmbeddedPeer.Request(),
                        eventLoop: channel.eventLoop,
                        deflate: deflate
                    )
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        try await body(server, try #require(listener.localAddress?.port))
        try await listener.close().get()
        try await group.shutdownGracefully()
    }

    /// Handshakes, and connects without being held.
    static func join(_ peer: WebSocketSocketPeer) throws -> String {
        try peer.put(ByteBuffer(frames: [Frame(.text, WebSocketConnectionTests.handshake)]))
        let reply = try peer.takeFrame()?.text ?? ""
        let clientID = WebSocketEmbeddedPeer.clientID(in: reply)
        try peer.put(ByteBuffer(frames: [Frame(.text, WebSocketEmbeddedPeer.connect(clientID))]))
        _ = try peer.takeFrame()
        return clientID
    }

    @Test func `a session that does not read loses nothing, and its messages wait with the session`() async throws {
        try await Self.withServer { server, port in
            let peer = try WebSocketSocketPeer(port: port)
            let session = try #require(await server.session(try Self.join(peer)))
            // More than the sockets' buffers take.
            let filler = String(repeating: "x", count: 1000)
            for number in 0..<3000 {
                session.deliver(JSONBytes(.string("\(number) \(filler)")), on: "/a")
            }
            for number in 0..<3000 {
                let text = try peer.takeFrame()?.text ?? ""
                #expect(text.hasPrefix(#"[{"channel":"/a","data":"\#(number) x"#))
                guard text.hasPrefix(#"[{"channel":"/a","data":"\#(number) x"#) else { return }
            }
        }
    }

    @Test func `a peer that never reads is dropped when its queue is full`() async throws {
        try await Self.withServer({ $0.webSocket.common.maxQueueBytes = 1 << 20 }) { server, port in
            let peer = try WebSocketSocketPeer(port: port)
            let session = try #require(await server.session(try Self.join(peer)))
            let filler = JSONBytes(.string(String(repeating: "x", count: 10000)))
            var sent = 0
            // The sockets' buffers take some of it before the queue fills.
            while server.sessionCount == 1, sent < 20000 {
                for _ in 0..<50 { session.deliver(filler, on: "/a") }
                sent += 50
                try await session.eventLoop.submit {}.get()
            }
            #expect(server.sessionCount == 0)
            var codes: [UInt16?] = []
            while let frame = try peer.takeFrame() {
                guard frame.opcode == .close else { continue }
                codes.append(frame.closeCode)
                try peer.put(ByteBuffer(frames: [.close(1008)]))
            }
            #expect(codes == [1008])
        }
    }

    @Test func `a peer that floods with publishes and does not read is not read`() async throws {
        try await Self.withServer { server, port in
            let peer = try WebSocketSocketPeer(port: port)
            let clientID = try Self.join(peer)
            let count = 5000
            let publish = ByteBuffer(frames: [Frame(.text, WebSocketEmbeddedPeer.publish(clientID))])
            // Blocks when nobody reads: not on a thread of the tasks' pool, whose few threads tests that read may block.
            let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
            let writer = NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
                for _ in 0..<count { try peer.put(publish) }
            }
            for _ in 0..<count {
                let text = try peer.takeFrame()?.text ?? ""
                #expect(text.contains(#""successful":true"#))
                guard text.contains(#""successful":true"#) else { break }
            }
            try await writer.get()
        }
    }

    @Test func `the closing handshake ends with the server's end of the connection`() async throws {
        try await Self.withServer { _, port in
            let peer = try WebSocketSocketPeer(port: port)
            _ = try Self.join(peer)
            try peer.put(ByteBuffer(frames: [.close(1000)]))
            #expect(try peer.takeFrame()?.closeCode == 1000)
            #expect(try peer.take(1).readableBytes == 0)
        }
    }

    @Test func `a peer that ends its side without a close frame is given up`() async throws {
        try await Self.withServer { _, port in
            let peer = try WebSocketSocketPeer(port: port)
            _ = try Self.join(peer)
            peer.endPutting()
            #expect(try peer.take(1).readableBytes == 0)
        }
    }

    @Test func `a peer that is still sending too large a message gets the close frame`() async throws {
        try await Self.withServer { _, port in
            let peer = try WebSocketSocketPeer(port: port)
            let large = ByteBuffer(frames: [Frame(.text, [UInt8](repeating: 0x20, count: 8 << 20))])
            try peer.put(large)
            #expect(try peer.takeFrame()?.closeCode == 1009)
            #expect(try peer.take(1).readableBytes == 0)
        }
    }

    @Test func `sessions hear of each other over the event loops`() async throws {
        try await Self.withServer { _, port in
            let peers = try (0..<4).map { _ in try WebSocketSocketPeer(port: port) }
            let clientIDs = try peers.map { try Self.join($0) }
            for (peer, clientID) in zip(peers, clientIDs) {
                let subscribe = #"[{"channel":"/meta/subscribe","clientId":"\#(clientID)","subscription":"/a"}]"#
                try peer.put(ByteBuffer(frames: [Frame(.text, subscribe)]))
                _ = try peer.takeFrame()
            }
            for _ in 0..<100 {
                try peers[0].put(ByteBuffer(frames: [Frame(.text, WebSocketEmbeddedPeer.publish(clientIDs[0]))]))
            }
            for peer in peers.dropFirst() {
                for _ in 0..<100 {
                    #expect(try peer.takeFrame()?.text == #"[{"channel":"/a","data":1}]"#)
                }
            }
        }
    }

    @Test func `compressed broadcasts arrive whole on every event loop`() async throws {
        try await Self.withServer(deflate: PerMessageDeflate()) { _, port in
            let peers = try (0..<6).map { _ in try WebSocketSocketPeer(port: port, allowsCompression: true) }
            let clientIDs = try peers.map { try Self.join($0) }
            for (peer, clientID) in zip(peers, clientIDs) {
                let subscribe = #"[{"channel":"/meta/subscribe","clientId":"\#(clientID)","subscription":"/a"}]"#
                try peer.put(ByteBuffer(frames: [Frame(.text, subscribe)]))
                _ = try peer.takeFrame()
            }
            let texts = (0..<100).map { "\($0) " + String(repeating: "\($0 % 7) bottles ", count: $0) }
            for text in texts {
                let publish = #"[{"channel":"/a","clientId":"\#(clientIDs[0])","data":"\#(text)"}]"#
                try peers[0].put(ByteBuffer(frames: [.compressed(publish)]))
            }
            for peer in peers.dropFirst() {
                for text in texts {
                    let frame = try peer.takeFrame()
                    #expect(frame?.text == #"[{"channel":"/a","data":"\#(text)"}]"#)
                    #expect(frame?.isCompressed == (text.utf8.count + 26 > MessageDeflater.threshold))
                }
            }
        }
    }
}
#endif

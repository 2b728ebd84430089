import Bayeux
import CometDServer
import NIOCore
import NIOEmbedded
import Testing

@testable import CometDServerNIO

@Suite("WebSocketConnection")
struct WebSocketConnectionTests {
    typealias Peer = WebSocketEmbeddedPeer

    static let handshake = #"[{"channel":"/meta/handshake","version":"1.0"}]"#

    @Test func `a handshake is answered in one text frame`() throws {
        let peer = try Peer()
        let frames = try peer.exchange(.init(.text, Self.handshake))
        #expect(frames.count == 1)
        #expect(frames.first?.opcode == .text)
        #expect(frames.first?.text.hasPrefix("[{") == true)
        #expect(frames.first?.text.contains(#""successful":true"#) == true)
    }

    @Test func `a message without an array counts as an array of one`() throws {
        let peer = try Peer()
        let frames = try peer.exchange(.init(.text, #"{"channel":"/meta/handshake","version":"1.0"}"#))
        #expect(frames.first?.text.hasPrefix("[{") == true)
    }

    @Test func `fragments make one batch`() throws {
        let peer = try Peer()
        let parts = (Self.handshake.prefix(20), Self.handshake.dropFirst(20))
        let frames = try peer.exchange(
            .init(.text, parts.0.utf8, isFinal: false),
            .init(.ping, "p"),
            .init(.continuation, parts.1.utf8)
        )
        #expect(frames.map(\.opcode) == [.pong, .text])
    }

    @Test(arguments: ["", "null", " null ", "[]", "[ ]"])
    func `an empty text is ignored`(_ text: String) throws {
        let peer = try Peer()
        #expect(try peer.exchange(.init(.text, text)).isEmpty)
        #expect(peer.connection.batchesInProcess == 0)
        #expect(peer.channel.isActive)
    }

    @Test func `a binary message is ignored`() throws {
        let peer = try Peer()
        #expect(try peer.exchange(.init(.binary, Self.handshake), .init(.pong)).isEmpty)
        #expect(peer.channel.isActive)
    }

    @Test func `a ping is answered with its payload`() throws {
        let peer = try Peer()
        let payload = [UInt8](0..<125)
        #expect(try peer.exchange(.init(.ping, payload)) == [.init(.pong, payload)])
    }

    @Test func `one delivery is written as the frame that all subscribers share`() throws {
        let peer = try Peer()
        let clientID = try peer.handshakeAndConnect()
        let session = try #require(peer.connection.session)
        #expect(session.id == clientID)
        session.deliver(JSONBytes(1 as JSONValue), on: "/a")
        peer.loop.run()
        #expect(try peer.takeFrames().map(\.text) == [#"[{"channel":"/a","data":1}]"#])
    }

    @Test func `deliveries go in a frame each and in one write`() throws {
        let peer = try Peer()
        _ = try peer.handshakeAndConnect()
        for number in 1...3 { peer.connection.session?.deliver(JSONBytes(JSONValue(integerLiteral: number)), on: "/a") }
        peer.loop.run()
        let writes = try peer.takeWrites()
        #expect(writes.count == 1)
        var write = try #require(writes.first)
        for number in 1...3 {
            let frame = WebSocketServerFrame(readingFrom: &write)
            #expect(frame?.text == #"[{"channel":"/a","data":\#(number)}]"#)
        }
        #expect(write.readableBytes == 0)
    }

    @Test(arguments: [(2, [2, 2, 1]), (5, [5]), (nil, [5])] as [(Int?, [Int])])
    func `as many deliveries share a frame as the option says`(_ most: Int?, _ expected: [Int]) throws {
        let peer = try Peer { $0.webSocket.messagesPerFrame = most }
        _ = try peer.handshakeAndConnect()
        for number in 1...5 { peer.connection.session?.deliver(JSONBytes(JSONValue(integerLiteral: number)), on: "/a") }
        peer.loop.run()
        let writes = try peer.takeWrites()
        #expect(writes.count == 1)
        var write = try #require(writes.first)
        var number = 0
        for count in expected {
            let messages = (0..<count).map { #"{"channel":"/a","data":\#(number + $0 + 1)}"# }
            number += count
            let frame = WebSocketServerFrame(readingFrom: &write)
            #expect(frame?.text == "[" + messages.joined(separator: ",") + "]")
        }
        #expect(write.readableBytes == 0)
    }

    @Test func `a write of the engine's keeps the order of deliveries and replies`() throws {
        let peer = try Peer()
        _ = try peer.handshakeAndConnect()
        var deliveries = MessageQueue()
        deliveries.append(OutboundMessage(BayeuxMessage(channel: "/one")))
        deliveries.append(
            OutboundMessage(
                BayeuxMessage(channel: "/two", data: JSONBytes(.string(.init(repeating: "x", count: 70000))))
            )
        )
        peer.connection.send(deliveries, replies: ByteBuffer(string: #"{"id":"1"},{"id":"2"}"#))
        let writes = try peer.takeWrites()
        #expect(writes.count == 1)
        var write = try #require(writes.first)
        #expect(WebSocketServerFrame(readingFrom: &write)?.text == #"[{"channel":"/one"}]"#)
        #expect(
            WebSocketServerFrame(readingFrom: &write)?.payload.count == 70000 + #"[{"channel":"/two","data":""}]"#.count
        )
        #expect(WebSocketServerFrame(readingFrom: &write)?.text == #"[{"id":"1"},{"id":"2"}]"#)
        #expect(write.readableBytes == 0)
    }

    @Test func `a session goes on over another WebSocket`() throws {
        let peer = try Peer()
        let clientID = try peer.handshakeAndConnect()
        let other = try WebSocketEmbeddedPeer(on: peer)
        try other.send(.init(.text, Peer.connect(clientID)))
        #expect(other.connection.session?.id == clientID)
        #expect(try peer.takeFrames().first?.closeCode == 1000)
        _ = try other.takeFrames()
        other.connection.session?.deliver(nil, on: "/a")
        other.loop.run()
        #expect(try other.takeFrames().map(\.text) == [#"[{"channel":"/a"}]"#])
    }

    @Test func `the answers to the frames of one chunk leave in one write, in order`() throws {
        let peer = try Peer()
        try peer.channel.writeInbound(
            ByteBuffer(frames: [.init(.ping, "1"), .init(.text, Self.handshake), .init(.ping, "2")])
        )
        peer.loop.run()
        let writes = try peer.takeWrites()
        #expect(writes.count == 1)
        var write = try #require(writes.first)
        #expect(WebSocketServerFrame(readingFrom: &write)?.text == "1")
        #expect(WebSocketServerFrame(readingFrom: &write)?.text.contains("/meta/handshake") == true)
        #expect(WebSocketServerFrame(readingFrom: &write)?.text == "2")
        #expect(write.readableBytes == 0)
    }

    @Test func `what one connection is answered never reaches another that closes meanwhile`() throws {
        let peer = try Peer()
        let clientID = try peer.handshakeAndConnect()
        let other = try WebSocketEmbeddedPeer(on: peer)
        // The ping has been answered, but not written, when the session's old connection is closed.
        try other.channel.writeInbound(
            ByteBuffer(frames: [.init(.ping, "for the other"), .init(.text, Peer.connect(clientID))])
        )
        other.loop.run()
        #expect(try peer.takeFrames().map(\.opcode) == [.close])
        #expect(try other.takeFrames().first?.text == "for the other")
    }

    @Test func `answers to a connection that ends are not kept for the next one`() throws {
        let peer = try Peer()
        let other = try WebSocketEmbeddedPeer(on: peer)
        let channel: any Channel = peer.channel
        peer.server.addListener(.sessionAdded { _, _ in channel.close(promise: nil) })
        #expect(try peer.exchange(.init(.ping, "1"), .init(.text, Self.handshake), .init(.ping, "2")).isEmpty)
        #expect(!peer.channel.isActive)
        #expect(try other.exchange(.init(.ping, "3")).map(\.text) == ["3"])
    }

    @Test func `the channel is set up for many idle connections`() throws {
        let peer = try Peer { $0.webSocket.bufferSize = 1024 }
        let options = try #require(peer.channel.syncOptions)
        #expect(try options.getOption(.maxMessagesPerRead) == 1)
        let marks = try options.getOption(.writeBufferWaterMark)
        #expect(marks.low == 32768 && marks.high == 65536)
        let allocator = try options.getOption(.recvAllocator)
        #expect(allocator.buffer(allocator: ByteBufferAllocator()).capacity == 1024)
    }

    @Test func `no timer outlives its connection`() throws {
        let peer = try Peer { $0.webSocket.idleTimeout = .seconds(60) }
        do {
            let other = try WebSocketEmbeddedPeer(on: peer)
            other.connection.close(code: 1000, reason: "")
            _ = try other.channel.finish()
            other.loop.run()
        }
        do {
            let other = try WebSocketEmbeddedPeer(on: peer)
            _ = try other.channel.finish()
            other.loop.run()
        }
        // A timer that fired for one of them would trap.
        peer.advance(by: .seconds(61))
        #expect(peer.channel.isActive)
    }

    @Test func `a connection lets go of everything at its end`() throws {
        weak var connection: WebSocketConnection?
        weak var session: ServerSession?
        do {
            let peer = try Peer()
            _ = try peer.handshakeAndConnect()
            connection = peer.connection
            session = peer.connection.session
            _ = try peer.channel.finish()
            peer.loop.run()
            #expect(peer.connection.session == nil)
            #expect(session != nil)
        }
        #expect(connection == nil)
    }
}

extension WebSocketServerFrame {
    init(_ opcode: WebSocketOpcode, _ payload: [UInt8]) {
        self.opcode = opcode
        self.payload = payload
    }
}

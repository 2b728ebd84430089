import CometDServer
import NIOCore
import NIOEmbedded
import Testing

@testable import CometDServerNIO

@Suite("WebSocketConnection, closing")
struct WebSocketClosingTests {
    typealias Peer = WebSocketEmbeddedPeer

    static let depth = 64

    static let faults: [(WebSocketClientFrame, UInt16)] = [
        (.init(.text, "{"), 1007),
        (.init(.text, "hello"), 1007),
        (.init(.text, "1"), 1007),
        (.init(.text, [0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d]), 1007),
        (.init(.text, String(repeating: "[", count: 100)), 1007),
        (.init(.text, "[" + String(repeating: "{},", count: 4096) + "{}]"), 1009),
        (.init(.text, [UInt8](repeating: 0x20, count: 65537)), 1009),
        (.init(.continuation, "{}"), 1002),
        (.init(.text, "{}").with { $0.key = nil }, 1002),
        (.init(.close, [0]), 1002),
        (.init(.close, [3, 0xe8, 0xff]), 1007),
    ]

    @Test(arguments: Self.faults)
    func `a fault of the peer's closes with the code that RFC 6455 has for it`(
        _ frame: WebSocketClientFrame,
        _ code: UInt16
    ) throws {
        let peer = try Peer()
        let frames = try peer.exchange(frame, .init(.ping), .init(.text, WebSocketConnectionTests.handshake))
        #expect(frames.map(\.opcode) == [.close])
        #expect(frames.first?.closeCode == code)
        #expect(!peer.channel.isActive)
    }

    @Test func `the replies to what came before a fault are sent`() throws {
        let peer = try Peer()
        let frames = try peer.exchange(.init(.text, WebSocketConnectionTests.handshake), .init(.text, "{"))
        #expect(frames.map(\.opcode) == [.text, .close])
    }

    @Test(arguments: [1000, 1001, 4711] as [UInt16])
    func `a close frame is answered with its code, and the channel closed`(_ code: UInt16) throws {
        let peer = try Peer()
        let frames = try peer.exchange(.close(code, "bye"), .init(.ping))
        #expect(frames == [.init(.close, [UInt8(code >> 8), UInt8(code & 0xff)])])
        #expect(!peer.channel.isActive)
    }

    @Test func `a close frame without a code is answered without one`() throws {
        let peer = try Peer()
        #expect(try peer.exchange(.init(.close)) == [.init(.close, [])])
        #expect(!peer.channel.isActive)
    }

    @Test func `the engine's close waits for the peer's`() throws {
        let peer = try Peer()
        peer.connection.close(code: 1000, reason: "Cancel")
        let frames = try peer.takeFrames()
        #expect(frames == [.init(.close, [3, 0xe8] + Array("Cancel".utf8))])
        #expect(peer.channel.isActive)

        #expect(try peer.exchange(.init(.ping), .init(.text, WebSocketConnectionTests.handshake)).isEmpty)
        #expect(peer.channel.isActive)

        #expect(try peer.exchange(.close(1000)).isEmpty)
        #expect(!peer.channel.isActive)
    }

    @Test func `nothing follows a close frame`() throws {
        let peer = try Peer()
        _ = try peer.handshakeAndConnect()
        let session = peer.connection.session
        peer.connection.close(code: 1001, reason: "")
        peer.connection.close(code: 1000, reason: "")
        session?.deliver(nil, on: "/a")
        peer.loop.run()
        peer.connection.send(MessageQueue(), replies: ByteBuffer(string: "{}"))
        #expect(try peer.takeFrames() == [.init(.close, [3, 0xe9])])
    }

    @Test func `a message for a connection that closes waits for the next one`() throws {
        let peer = try Peer()
        let clientID = try peer.handshakeAndConnect()
        let session = peer.connection.session
        peer.connection.close(code: 1001, reason: "")
        session?.deliver(nil, on: "/a")
        peer.loop.run()
        let other = try WebSocketEmbeddedPeer(on: peer)
        let texts = try other.exchange(.init(.text, Peer.connect(clientID))).map(\.text)
        #expect(texts.contains(#"[{"channel":"/a"}]"#))
    }

    @Test func `a long reason is cut between characters`() throws {
        let peer = try Peer()
        peer.connection.close(code: 1000, reason: "a" + String(repeating: "☃", count: 50))
        let frame = try #require(try peer.takeFrames().first)
        #expect(frame.payload.count == 2 + 1 + 40 * 3)
        #expect(String(validating: frame.payload.dropFirst(2), as: UTF8.self) != nil)
    }

    @Test func `a peer that does not answer a close frame is cut off after ten seconds`() throws {
        let peer = try Peer()
        peer.connection.close(code: 1000, reason: "")
        peer.advance(by: .seconds(9))
        #expect(peer.channel.isActive)
        peer.advance(by: .milliseconds(1100))
        #expect(!peer.channel.isActive)
    }

    @Test func `a silent connection is closed after the idle timeout`() throws {
        let peer = try Peer { $0.webSocket.idleTimeout = .seconds(60) }
        peer.advance(by: .seconds(60))
        #expect(try peer.takeFrames().isEmpty)
        peer.advance(by: .seconds(16))
        #expect(try peer.takeFrames() == [.init(.close, [3, 0xe9] + Array("Idle Timeout".utf8))])
    }

    @Test func `a received frame puts the idle timeout off`() throws {
        let peer = try Peer { $0.webSocket.idleTimeout = .seconds(60) }
        for _ in 0..<10 {
            peer.advance(by: .seconds(59))
            try peer.send(.init(.pong))
        }
        #expect(try peer.takeFrames().isEmpty)
    }

    @Test func `a sent frame puts the idle timeout off`() throws {
        let peer = try Peer { $0.webSocket.idleTimeout = .seconds(60) }
        for _ in 0..<10 {
            peer.advance(by: .seconds(59))
            peer.connection.send(MessageQueue(), replies: ByteBuffer(string: "{}"))
        }
        #expect(try peer.takeFrames().allSatisfy { $0.opcode == .text })
    }

    @Test func `without an idle timeout a connection may be silent for ever`() throws {
        let peer = try Peer { $0.webSocket.idleTimeout = .zero }
        peer.advance(by: .minutes(20))
        #expect(try peer.takeFrames().isEmpty)
        #expect(peer.channel.isActive)
    }

    @Test func `at shutdown a connection closes behind what waits`() throws {
        let peer = try Peer()
        _ = try peer.handshakeAndConnect()
        peer.connection.session?.deliver(nil, on: "/a")
        peer.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        peer.loop.run()
        let frames = try peer.takeFrames()
        #expect(frames.map(\.opcode) == [.text, .close])
        #expect(frames.last == .init(.close, [3, 0xe9] + Array("Server shutting down".utf8)))
    }

    @Test func `an error of the channel closes it`() throws {
        let peer = try Peer()
        peer.channel.pipeline.fireErrorCaught(ChannelError.inputClosed)
        #expect(!peer.channel.isActive)
    }

    @Test func `the session is told of the end, and expires`() throws {
        let peer = try Peer()
        _ = try peer.handshakeAndConnect()
        #expect(peer.server.sessionCount == 1)
        try peer.send(.close(1000))
        #expect(peer.server.sessionCount == 1)
        peer.advance(by: .seconds(11))
        #expect(peer.server.sessionCount == 0)
    }
}

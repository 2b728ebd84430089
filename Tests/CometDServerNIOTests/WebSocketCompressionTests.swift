import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import NIOEmbedded
import Testing

@testable import CometDServerNIO

@Suite("WebSocketConnection with permessage-deflate")
struct WebSocketCompressionTests {
    typealias Peer = WebSocketEmbeddedPeer
    typealias Frame = WebSocketClientFrame

    private static let handshake = WebSocketConnectionTests.handshake
    /// Data of a message that gets shorter.
    private static let filler = String(repeating: "so much to say, ", count: 40)

    /// A peer whose session has said that it is there.
    private static func joined(
        _ offers: String = "permessage-deflate",
        _ change: (inout ServerOptions) -> Void = { _ in }
    ) throws -> Peer {
        let peer = try Peer(deflate: PerMessageDeflate(offers: offers), change)
        _ = try peer.handshakeAndConnect()
        return peer
    }

    private static func deliver(_ text: String, to peer: Peer) throws -> [WebSocketServerFrame] {
        peer.connection.session?.deliver(JSONBytes(.string(text)), on: "/a")
        peer.loop.run()
        return try peer.takeFrames()
    }

    private static func delivery(_ text: String) -> String { #"[{"channel":"/a","data":"\#(text)"}]"# }

    // MARK: - From the client

    @Test func `a compressed message is read`() throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        let frames = try peer.exchange(.compressed(Self.handshake))
        #expect(frames.first?.text.contains(#""successful":true"#) == true)
    }

    @Test func `compressed messages and others come in turn`() throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        let frames = try peer.exchange(
            .compressed(Self.handshake),
            .init(.text, Self.handshake),
            .init(.ping, "p"),
            .compressed(Self.handshake)
        )
        #expect(frames.map(\.opcode) == [.text, .text, .pong, .text])
    }

    @Test func `a compressed message may come in fragments`() throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        let bytes = TestDeflate.compress(Self.handshake.utf8)
        let frames = try peer.exchange(
            .compressed(.text, bytes.prefix(10), isFinal: false),
            .init(.ping, "p"),
            .init(.continuation, bytes.dropFirst(10).prefix(1), isFinal: false),
            .init(.continuation, bytes.dropFirst(11))
        )
        #expect(frames.map(\.opcode) == [.pong, .text])
    }

    @Test(arguments: ["", "null", "[]"])
    func `a compressed text without messages is ignored`(_ text: String) throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        #expect(try peer.exchange(.compressed(text), .init(.ping)).map(\.opcode) == [.pong])
    }

    @Test func `a limit below zero stands for none at all`() throws {
        let peer = try Peer(deflate: PerMessageDeflate()) { $0.webSocket.maxMessageSize = -1 }
        #expect(try peer.exchange(.compressed("[1]")).map(\.closeCode) == [1009])
    }

    @Test func `a compressed message of bytes is ignored`() throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        #expect(try peer.exchange(.compressed(.binary, [7, 7]), .init(.ping)).map(\.opcode) == [.pong])
    }

    @Test func `without an agreement a compressed message fails the connection`() throws {
        let peer = try Peer()
        #expect(try peer.exchange(.compressed(Self.handshake)).map(\.closeCode) == [1002])
    }

    @Test func `a compressed ping fails the connection`() throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        #expect(try peer.exchange(.compressed(.ping, [])).map(\.closeCode) == [1002])
    }

    @Test func `a damaged message fails the connection`() throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        #expect(try peer.exchange(.compressed(.text, [7, 7]), .compressed(Self.handshake)).map(\.closeCode) == [1007])
    }

    @Test func `a bomb fails the connection and leaves nothing behind`() throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        let bomb = Frame.compressed(.text, TestDeflate.compress([UInt8](repeating: 0x20, count: 16 << 20)))
        #expect(try peer.exchange(bomb).map(\.closeCode) == [1009])
        let scratch = WebSocketScratch.current
        #expect(scratch.inflated.storageCapacity <= WebSocketScratch.mostPayload)
        #expect(scratch.payload.storageCapacity <= WebSocketScratch.mostPayload)
        let other = try Peer(on: peer, deflate: PerMessageDeflate())
        #expect(try other.exchange(.compressed(Self.handshake)).first?.text.contains(#""successful":true"#) == true)
    }

    @Test func `a message may be inflated to the limit and not beyond`() throws {
        for (size, code) in [(5000, nil), (5001, 1009)] as [(Int, UInt16?)] {
            let peer = try Peer(deflate: PerMessageDeflate()) { $0.webSocket.maxMessageSize = 5000 }
            let padding = String(repeating: " ", count: size - Self.handshake.utf8.count)
            let frames = try peer.exchange(.compressed(Self.handshake + padding))
            if let code { #expect(frames.map(\.closeCode) == [code]) }
            #expect(frames.first?.opcode == (code == nil ? .text : .close))
        }
    }

    @Test func `much that was inflated lets others have their turn`() throws {
        let peer = try Peer(deflate: PerMessageDeflate())
        let large = Frame.compressed("[" + String(repeating: " ", count: 60000) + "]")
        try peer.channel.writeInbound(ByteBuffer(frames: .init(repeating: large, count: 20) + [.init(.ping, "p")]))
        // Not all has been read in one go, ...
        #expect(peer.connection.isHoldingBack)
        #expect(try peer.takeFrames().isEmpty)
        // ... but all is read.
        peer.loop.run()
        #expect(!peer.connection.isHoldingBack)
        #expect(try peer.takeFrames().map(\.opcode) == [.pong])
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `whatever comes, the connection answers or ends`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let peer = try Peer(deflate: PerMessageDeflate())
            var payload = TestDeflate.compress(Self.handshake.utf8, level: CInt.random(in: 0...9, using: &random))
            payload[Int.random(in: payload.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            let cut = Int.random(in: 0...payload.count, using: &random)
            let frames = try peer.exchange(
                .compressed(.text, payload[..<cut], isFinal: false),
                .init(.continuation, payload[cut...]),
                .init(.ping, "p")
            )
            #expect([.pong, .close].contains(frames.last?.opcode))
        }
    }

    // MARK: - To the client

    @Test func `a large message is compressed and a small one is not`() throws {
        let peer = try Self.joined()
        let small = try Self.deliver("hello", to: peer)
        #expect(small.map(\.isCompressed) == [false])
        #expect(small.map(\.text) == [Self.delivery("hello")])
        let large = try Self.deliver(Self.filler, to: peer)
        #expect(large.map(\.isCompressed) == [true])
        #expect(large.map(\.text) == [Self.delivery(Self.filler)])
        #expect(large[0].payload.count < Self.filler.utf8.count / 4)
    }

    @Test func `the threshold is that of the payload`() throws {
        let peer = try Self.joined()
        let room = MessageDeflater.threshold - Self.delivery("").utf8.count
        #expect(try Self.deliver(.init(repeating: "x", count: room), to: peer).map(\.isCompressed) == [false])
        #expect(try Self.deliver(.init(repeating: "x", count: room + 1), to: peer).map(\.isCompressed) == [true])
    }

    @Test func `nothing is compressed without an agreement`() throws {
        let peer = try Peer()
        _ = try peer.handshakeAndConnect()
        #expect(try Self.deliver(Self.filler, to: peer).map(\.isCompressed) == [false])
    }

    @Test func `a message that would not get shorter is sent as it is`() throws {
        let peer = try Self.joined()
        var random = SeededGenerator(seed: 3)
        var incompressible = ""
        while incompressible.utf8.count < 600 {
            incompressible.unicodeScalars.append(
                Unicode.Scalar(UInt32.random(in: 0x10000...0x1fffd, using: &random)) ?? "x"
            )
        }
        let message = OutboundMessage(BayeuxMessage(channel: "/a", data: JSONBytes(.string(incompressible))))
        peer.connection.send(message)
        #expect(try peer.takeFrames().map(\.text) == [Self.delivery(incompressible)])
    }

    @Test func `a broadcast is compressed once for all`() throws {
        let first = try Self.joined()
        let second = try Peer(on: first, deflate: PerMessageDeflate())
        let plain = try Peer(on: first)
        let message = OutboundMessage(BayeuxMessage(channel: "/a", data: JSONBytes(.string(Self.filler))))
        for peer in [first, second] { peer.connection.send(message) }
        plain.connection.send(message)
        let writes = try [first, second].map { try #require(try $0.takeWrites().first) }
        let places = writes.map { write in write.withUnsafeReadableBytes { $0.baseAddress } }
        #expect(places[0] == places[1])
        #expect(try plain.takeFrames().map(\.text) == [Self.delivery(Self.filler)])
    }

    @Test func `a client with a small window is only sent what fits into it`() throws {
        let wide = try Self.joined("permessage-deflate; server_max_window_bits=10")
        #expect(try Self.deliver(Self.filler, to: wide).map(\.isCompressed) == [true])
        let narrow = try Self.joined("permessage-deflate; server_max_window_bits=9")
        let frames = try Self.deliver(Self.filler, to: narrow)
        #expect(frames.map(\.isCompressed) == [false])
        #expect(frames.map(\.text) == [Self.delivery(Self.filler)])
        let narrowest = try Self.joined("permessage-deflate; server_max_window_bits=8")
        #expect(try Self.deliver(.init(repeating: "x", count: 300), to: narrowest).map(\.isCompressed) == [false])
    }

    @Test func `large replies are compressed, each batch for itself`() throws {
        let peer = try Self.joined()
        let clientID = peer.connection.session?.id ?? ""
        let publishes = (1...10).map {
            #"{"channel":"/a","clientId":"\#(clientID)","data":1,"id":"\#($0)"}"#
        }
        let frames = try peer.exchange(.init(.text, "[" + publishes.joined(separator: ",") + "]"))
        #expect(frames.map(\.isCompressed) == [true])
        #expect(frames.first?.text.hasPrefix("[{") == true && frames.first?.text.hasSuffix("}]") == true)
        #expect(frames.first?.text.contains(#""id":"10""#) == true)
    }

    @Test(arguments: [1, 2, nil] as [Int?])
    func `what leaves together stays in one write and in order`(_ messagesPerFrame: Int?) throws {
        let peer = try Self.joined { $0.webSocket.messagesPerFrame = messagesPerFrame }
        let texts = ["a", Self.filler, "b", "c" + Self.filler, Self.filler + "d"]
        for text in texts { peer.connection.session?.deliver(JSONBytes(.string(text)), on: "/a") }
        peer.loop.run()
        let writes = try peer.takeWrites()
        #expect(writes.count == 1)
        var write = try #require(writes.first)
        var messages = ""
        while let frame = WebSocketServerFrame(readingFrom: &write, allowsCompression: true) {
            messages += (messages.isEmpty ? "" : ",") + frame.text.dropFirst().dropLast()
            #expect(frame.isCompressed == (frame.text.utf8.count > MessageDeflater.threshold))
        }
        #expect(write.readableBytes == 0)
        #expect(messages == texts.map { String(Self.delivery($0).dropFirst().dropLast()) }.joined(separator: ","))
    }

    @Test func `control frames are never compressed`() throws {
        let peer = try Self.joined()
        let frames = try peer.exchange(.init(.ping, [UInt8](repeating: 0x20, count: 125)), .close(1000))
        #expect(frames.map(\.isCompressed) == [false, false])
        #expect(frames.map(\.opcode) == [.pong, .close])
    }
}

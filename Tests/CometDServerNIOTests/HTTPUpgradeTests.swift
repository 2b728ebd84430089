import Bayeux
import CometDServer
import NIOCore
import NIOEmbedded
import Testing

@testable import CometDServerNIO

/// How a connection becomes a WebSocket.
@Suite struct HTTPUpgradeTests {
    typealias Peer = HTTPEmbeddedPeer

    private static let headers = [
        "Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    private static func request(
        _ path: String = "/cometd",
        without name: String = "-",
        with headers: String...
    ) -> String {
        Peer.request("GET", path, headers: self.headers.filter { !$0.hasPrefix(name) } + headers)
    }

    /// A frame of the client, masked with zeros.
    private static func frame(_ text: String) -> ByteBuffer {
        var frame = ByteBuffer(bytes: [0x81, 0x80 | UInt8(text.utf8.count), 0, 0, 0, 0])
        frame.writeString(text)
        return frame
    }

    /// Sends a frame and takes the one that comes back at once.
    private static func exchange(_ frame: WebSocketClientFrame, with peer: Peer) throws -> WebSocketServerFrame? {
        try peer.channel.writeInbound(ByteBuffer(frames: [frame]))
        peer.loop.run()
        guard case .byteBuffer(var write) = try peer.channel.readOutbound(as: IOData.self) else { return nil }
        return WebSocketServerFrame(readingFrom: &write, allowsCompression: true)
    }

    @Test func `a good request is answered with 101`() throws {
        let peer = try Peer()
        let answer = try peer.exchange(Self.request(with: "Sec-WebSocket-Protocol: chat"))
        #expect(answer.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n") && answer.hasSuffix("\r\n\r\n"))
        #expect(answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(!answer.contains("Sec-WebSocket-Protocol"))
        #expect(peer.isOpen)
        #expect(try peer.channel.getOption(.allowRemoteHalfClosure).wait() == false)

        try peer.channel.writeInbound(Self.frame(Peer.handshake))
        peer.loop.run()
        #expect(try peer.take().contains(#""successful":true"#))
    }

    @Test(arguments: [
        ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="),
        ("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="),
        ("/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g="),
    ])
    func `the key is proved to have been read`(key: String, accept: String) {
        #expect(WebSocketAccept.value(for: key) == accept)
    }

    @Test(arguments: ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"])
    func `what must be told once is not taken twice`(header: String) throws {
        let peer = try Peer()
        let answer = try peer.exchange(Self.request(with: header))
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
    }

    @Test(arguments: ["Sec-WebSocket-Version:", "Sec-WebSocket-Version: 8"])
    func `a version that is not spoken is answered with the one that is`(header: String) throws {
        let peer = try Peer()
        let answer = try peer.exchange(Self.request(without: "Sec-WebSocket-Version", with: header))
        #expect(answer.hasPrefix("HTTP/1.1 426 ") && answer.contains("Sec-WebSocket-Version: 13\r\n"))
    }

    @Test func `bytes behind the request reach the WebSocket`() throws {
        let peer = try Peer()
        var bytes = ByteBuffer(string: Self.request())
        bytes.writeImmutableBuffer(Self.frame(Peer.handshake))
        let last = try #require(bytes.getSlice(at: bytes.writerIndex - 7, length: 7))
        try peer.channel.writeInbound(bytes.getSlice(at: 0, length: bytes.writerIndex - 7))
        // Before the decoder has left the pipeline.
        try peer.channel.writeInbound(last)
        peer.loop.run()
        let answer = try peer.take()
        #expect(answer.hasPrefix("HTTP/1.1 101 ") && answer.contains(#""successful":true"#))
    }

    @Test func `a connection that has served requests can become a WebSocket`() throws {
        let peer = try Peer()
        try peer.send(Peer.get("/else") + Peer.post("null"))
        #expect(try peer.takeStatuses() == [404, 200])
        #expect(try peer.exchange(Self.request()).hasPrefix("HTTP/1.1 101 "))
        try peer.channel.writeInbound(Self.frame(Peer.handshake))
        peer.loop.run()
        #expect(try peer.take().contains(#""successful":true"#))
        peer.advance(by: .seconds(65))
        #expect(peer.isOpen)
    }

    @Test func `a sub-protocol is selected when it is configured and offered`() throws {
        let peer = try Peer { $0.webSocket.subprotocol = "bayeux" }
        #expect(!(try peer.another().exchange(Self.request()).contains("Sec-WebSocket-Protocol")))
        #expect(
            try peer.exchange(Self.request(with: "Sec-WebSocket-Protocol: chat, bayeux"))
                .contains("Sec-WebSocket-Protocol: bayeux\r\n")
        )
    }

    @Test func `compression is agreed on when it is offered, and used`() throws {
        let peer = try Peer()
        #expect(!(try peer.another().exchange(Self.request()).contains("Sec-WebSocket-Extensions")))
        let answer = try peer.exchange(
            Self.request(
                with: "Sec-WebSocket-Extensions: x-unknown, permessage-deflate; server_max_window_bits=7",
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
            )
        )
        let agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        #expect(answer.contains("Sec-WebSocket-Extensions: \(agreed)\r\n"))
        let reply = try Self.exchange(.compressed(Peer.handshake), with: peer)
        #expect(reply?.isCompressed == true)
        #expect(reply?.text.contains(#""successful":true"#) == true)
    }

    @Test func `compression can be switched off`() throws {
        let peer = try Peer { $0.webSocket.enableExtension["permessage-deflate"] = false }
        let answer = try peer.exchange(Self.request(with: "Sec-WebSocket-Extensions: permessage-deflate"))
        #expect(answer.hasPrefix("HTTP/1.1 101 ") && !answer.contains("Sec-WebSocket-Extensions"))
        #expect(try Self.exchange(.compressed(Peer.handshake), with: peer)?.closeCode == 1002)
    }

    @Test(arguments: ["Sec-WebSocket-Version", "Sec-WebSocket-Key", "Connection"])
    func `a request without what it needs is refused`(missing: String) throws {
        let peer = try Peer()
        #expect(try peer.exchange(Self.request(without: missing)).hasPrefix("HTTP/1.1 400 "))
        #expect(!peer.isOpen)
    }

    @Test(arguments: ["x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=\u{3d}=", "dGhlIHNhbXBsZSBub25jZ§=="])
    func `a key is Base64 of sixteen bytes`(key: String) throws {
        let request = Self.request(without: "Sec-WebSocket-Key", with: "Sec-WebSocket-Key: \(key)")
        #expect(try Peer().exchange(request).hasPrefix("HTTP/1.1 400 "))
    }

    @Test func `another version is told which one is spoken`() throws {
        let peer = try Peer()
        let answer = try peer.exchange(
            Self.request(without: "Sec-WebSocket-Version", with: "Sec-WebSocket-Version: 8")
        )
        #expect(answer.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n"))
        #expect(answer.contains("Sec-WebSocket-Version: 13\r\n"))
        #expect(!peer.isOpen)
    }

    @Test func `WebSockets are opened at the path itself only`() throws {
        #expect(try Peer().exchange(Self.request("/cometd/")).hasPrefix("HTTP/1.1 101 "))
        #expect(try Peer().exchange(Self.request("/cometd?x=y")).hasPrefix("HTTP/1.1 101 "))
        let below = try Peer()
        #expect(try below.exchange(Self.request("/cometd/handshake")).hasPrefix("HTTP/1.1 400 "))
        #expect(!below.isOpen)
        #expect(try Peer().exchange(Self.request("/else")).hasPrefix("HTTP/1.1 404 "))
    }

    @Test func `other paths can be added`() throws {
        let peer = try Peer { $0.webSocket.cometdURLMapping = ["/ws/*", "/other"] }
        #expect(try peer.another().exchange(Self.request("/ws")).hasPrefix("HTTP/1.1 101 "))
        #expect(try peer.another().exchange(Self.request("/other")).hasPrefix("HTTP/1.1 101 "))
        #expect(try peer.exchange(Peer.get("/ws")).hasPrefix("HTTP/1.1 404 "))
    }

    @Test func `WebSockets can be switched off`() throws {
        let peer = try Peer { $0.allowedTransports = [.longPolling] }
        #expect(try peer.exchange(Self.request()).hasPrefix("HTTP/1.1 400 "))
    }

    @Test func `a WebSocket opened behind a held connect waits for it`() throws {
        let peer = try Peer()
        let session = try peer.openSession()
        let connect = Peer.connect(session.clientID, advice: #"{"timeout":500}"#)
        var bytes = ByteBuffer(string: Peer.post(connect, session.cookie) + Self.request())
        bytes.writeImmutableBuffer(Self.frame(Peer.handshake))
        try peer.channel.writeInbound(bytes)
        let reads = peer.readCount
        peer.channel.read()
        #expect(peer.readCount == reads)
        #expect(try peer.take().isEmpty)
        peer.advance(by: .seconds(1))
        #expect(peer.readCount == reads + 1)
        let answers = try peer.take()
        #expect(answers.count(of: "HTTP/1.1 ") == 2)
        #expect(answers.contains("/meta/connect") && answers.contains("/meta/handshake"))
        #expect(peer.isOpen)
    }
}

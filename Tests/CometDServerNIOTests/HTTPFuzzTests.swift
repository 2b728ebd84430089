import NIOCore
import NIOEmbedded
import Testing

@testable import CometDServerNIO

/// Random requests in random pieces.
@Suite struct HTTPFuzzTests {
    typealias Peer = HTTPEmbeddedPeer

    /// Numbers that are the same for the same seed.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return self.state ^ (self.state >> 29)
        }
    }

    /// Requests and the statuses of their answers.
    private static let requests: [(bytes: String, status: Int)] = [
        (Peer.post("null"), 200),
        (Peer.post(Peer.handshake, to: "/cometd/handshake"), 200),
        (Peer.post(Peer.handshake, "Content-Type: text/plain;charset=x"), 415),
        (Peer.post("{"), 400),
        (Peer.get("/else"), 404),
        (Peer.get("/cometd?jsonp=f&message=%7B%7D"), 200),
        (Peer.get("/cometd?jsonp=f"), 400),
        (Peer.request("OPTIONS", "/cometd"), 200),
        (Peer.request("PUT", "/cometd", headers: ["Content-Length: 3"], body: "abc"), 400),
        (
            Peer.request(
                "POST",
                "/cometd",
                headers: ["Transfer-Encoding: chunked"],
                body: "4\r\nnull\r\n0\r\nA: b\r\n\r\n"
            ), 200
        ),
        (Peer.request("GET", "/cometd", headers: ["Connection: Upgrade", "Upgrade: h2c"]), 400),
        (Peer.request("GET", "/else", headers: ["Connection: Upgrade", "Upgrade: websocket"]), 404),
    ]

    @Test(arguments: 0..<60) func `however the bytes are cut, the answers are the same`(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let chosen = (0..<40).compactMap { _ in Self.requests.randomElement(using: &dice) }
        var rest = chosen.map(\.bytes).joined().utf8[...]
        let peer = try Peer()
        while !rest.isEmpty {
            let count = Int.random(in: 1...(seed % 3 == 0 ? 8 : 400), using: &dice)
            try peer.send(String(Substring(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        #expect(try peer.takeStatuses() == chosen.map(\.status))
        #expect(peer.isOpen)
    }

    @Test(arguments: 0..<200) func `broken requests never harm more than their own connection`(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let peer = try Peer()
        let chosen = (0..<6).compactMap { _ in Self.requests.randomElement(using: &dice)?.bytes }
        var bytes = Array(chosen.joined().utf8)
        for _ in 0..<Int.random(in: 1...6, using: &dice) {
            bytes[Int.random(in: bytes.indices, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
        }
        for start in stride(from: 0, to: bytes.count, by: 50) where peer.isOpen {
            try peer.channel.writeInbound(ByteBuffer(bytes: bytes[start..<min(start + 50, bytes.count)]))
        }
        peer.advance(by: .seconds(100))
        #expect(!peer.isOpen)
        #expect(try peer.another().exchange(Peer.post("null")).hasPrefix("HTTP/1.1 200 "))
    }
}

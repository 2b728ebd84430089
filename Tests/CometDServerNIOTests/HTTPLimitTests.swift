import CometDServer
import NIOCore
import Testing

@testable import CometDServerNIO

/// What a client cannot do to the server.
@Suite struct HTTPLimitTests {
    typealias Peer = HTTPEmbeddedPeer

    @Test func `a body that is announced as too large is not waited for`() throws {
        let peer = try Peer { $0.longPolling.maxMessageSize = 10 }
        let answer = try peer.exchange(Peer.request("POST", "/cometd", headers: ["Content-Length: 11"]))
        #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.contains("Connection: close"))
        #expect(!peer.isOpen)
    }

    @Test func `a body that grows too large is cut off`() throws {
        let peer = try Peer { $0.longPolling.maxMessageSize = 10 }
        try peer.send(
            Peer.request("POST", "/cometd", headers: ["Transfer-Encoding: chunked"], body: "6\r\n[     \r\n")
        )
        #expect(try peer.take().isEmpty)
        try peer.send("6\r\n      \r\n")
        #expect(try peer.takeStatuses() == [413])
        #expect(!peer.isOpen)
    }

    @Test func `a body of just the limit is taken`() throws {
        let peer = try Peer { $0.longPolling.maxMessageSize = 10 }
        #expect(try peer.exchange(Peer.post("null      ")).hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `heads that are too large are refused`() throws {
        let long = String(repeating: "y", count: 9000)
        for header in ["X: \(long)", "\(long): x", (0..<2000).map { "X\($0): y" }.joined(separator: "\r\n")] {
            let peer = try Peer()
            try peer.send(Peer.get("/cometd", header))
            #expect(try peer.takeStatuses() == [431])
            #expect(!peer.isOpen)
        }
    }

    @Test func `a path that is too long is told from headers that are`() throws {
        let path = "/cometd/" + String(repeating: "a", count: 9000)
        let whole = try Peer()
        try whole.send(Peer.get(path))
        #expect(try whole.takeStatuses() == [414])

        let inPieces = try Peer()
        try inPieces.send("GET ")
        try inPieces.send(String(path.prefix(5000)))
        try inPieces.send(String(path.dropFirst(5000)) + " HTTP/1.1\r\n")
        #expect(try inPieces.takeStatuses() == [414])

        let header = try Peer()
        try header.send("GET /cometd HTTP/1.1\r\nHost: a\r\nX: ")
        try header.send(String(repeating: "y", count: 9000))
        #expect(try header.takeStatuses() == [431])
    }

    @Test(arguments: [
        "Transfer-Encoding: chunked\r\nContent-Length: 2", "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Content-Length: 2\r\nContent-Length: 3", "Content-Length: -1", "Content-Length: x",
        "Content-Length: 99999999999999999999999", "Transfer-Encoding: chunked, gzip", "Bad Header: x", ": x",
    ])
    func `bad framing is refused`(headers: String) throws {
        let peer = try Peer()
        try peer.send("POST /cometd HTTP/1.1\r\nHost: a\r\n\(headers)\r\n\r\n[]")
        #expect(try peer.takeStatuses() == [400])
        #expect(!peer.isOpen)
    }

    @Test(arguments: ["", "Host: a\r\nHost: b\r\n"])
    func `a request has one host`(hosts: String) throws {
        let peer = try Peer()
        try peer.send("POST /cometd HTTP/1.1\r\n\(hosts)Content-Length: 4\r\n\r\nnull")
        #expect(try peer.takeStatuses() == [400])
        #expect(!peer.isOpen)
    }

    @Test(arguments: ["\u{16}\u{3}\u{1}", "hello\r\n\r\n", "POST\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])
    func `what is no HTTP is refused`(bytes: String) throws {
        let peer = try Peer()
        #expect([[400], [505]].contains(try Self.statuses(peer, bytes)))
        #expect(!peer.isOpen)
    }

    @Test func `another version of HTTP is refused`() throws {
        let peer = try Peer()
        #expect(try Self.statuses(peer, "GET /cometd HTTP/9.9\r\nHost: a\r\n\r\n") == [505])
    }

    @Test func `a good request before a bad one is answered`() throws {
        let peer = try Peer()
        let session = try peer.openSession()
        try peer.send(Peer.post(Peer.handshake) + "nonsense\r\n\r\n")
        #expect(try peer.takeStatuses() == [200, 400])
        #expect(!peer.isOpen)

        let held = try peer.another()
        let connect = Peer.connect(session.clientID, advice: #"{"timeout":500}"#)
        try held.send(Peer.post(connect, session.cookie) + "nonsense\r\n\r\n")
        #expect(try held.take().isEmpty)
        held.advance(by: .seconds(1))
        #expect(try held.takeStatuses() == [200, 400])
    }

    @Test func `an error does not repeat what the client sent`() throws {
        let peer = try Peer()
        for request in [
            Peer.get("/cometd?jsonp=%3Cscript%3E"), Peer.post("<script>"), "<script> /cometd HTTP/1.1\r\n\r\n",
        ] {
            #expect(!(try peer.exchange(request).contains("script")))
        }
    }

    private static func statuses(_ peer: Peer, _ bytes: String) throws -> [Int] {
        try peer.send(bytes)
        return try peer.takeStatuses()
    }
}

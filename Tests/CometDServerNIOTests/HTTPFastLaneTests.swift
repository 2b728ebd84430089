import Bayeux
import CometDServer
import NIOHTTP1
import Testing

@testable import CometDServerNIO

@Suite struct HTTPFastLaneTests {
    typealias Peer = HTTPEmbeddedPeer

    @Test func `an answer is one write of head and body`() throws {
        let peer = try Peer()
        try peer.send(Peer.post(Peer.handshake))

        let writes = try peer.takeWrites()
        #expect(writes.count == 1)
        let parts = try #require(writes.first).split(separator: "\r\n\r\n", maxSplits: 1)
        let lines = parts[0].split(separator: "\r\n")
        #expect(lines[0] == "HTTP/1.1 200 OK")
        #expect(lines.contains("Content-Type: application/json;charset=utf-8"))
        #expect(lines.contains("X-Content-Type-Options: nosniff"))
        #expect(lines.contains("Cache-Control: no-store"))
        #expect(lines.contains("Content-Length: \(parts[1].utf8.count)"))
        #expect(!lines.contains { $0.hasPrefix("Connection:") })
        #expect(parts[1].contains(#""successful":true"#))
        #expect(peer.isOpen)
    }

    @Test(arguments: [
        "/cometd", "/cometd/", "/cometd/handshake", "/cometd?x=y", "http://a/cometd", "https://a:80/cometd/x",
    ])
    func `the path and what is below it is ours`(path: String) throws {
        #expect(try Peer().exchange(Peer.post(Peer.handshake, to: path)).hasPrefix("HTTP/1.1 200 "))
    }

    @Test(arguments: [
        "/", "/cometdx", "/cometd2/handshake", "/x/cometd", "/COMETD", "http://a", "http://a?/cometd", "*",
    ])
    func `all other paths are not`(path: String) throws {
        #expect(try Peer().exchange(Peer.post("", to: path)).hasPrefix("HTTP/1.1 404 "))
    }

    @Test(arguments: [("", "/a"), ("/", "/a"), ("chat", "/chat"), ("/chat/", "/chat/x")])
    func `the path can be another`(mount: String, target: String) {
        #expect(MountPath(mount).contains(target))
    }

    @Test(arguments: ["PUT", "DELETE", "PATCH", "TRACE", "GET", "BREW"])
    func `other methods are refused`(method: String) throws {
        let peer = try Peer()
        let answer = try peer.exchange(Peer.request(method, "/cometd"))
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        guard method != "BREW" else { return }
        #expect(answer.hasSuffix("\r\n\r\nBad Request\n"))
        #expect(answer.contains("nosniff") && answer.contains("Cache-Control: no-store"))
        #expect(peer.isOpen)
    }

    @Test func `the answer to HEAD has no body`() throws {
        let peer = try Peer()
        let answer = try peer.exchange(Peer.request("HEAD", "/cometd"))
        #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.hasSuffix("\r\n\r\n"))
        #expect(try peer.exchange(Peer.request("HEAD", "/else")).hasSuffix("\r\n\r\n"))
        #expect(peer.isOpen)
    }

    @Test func `OPTIONS is answered with nothing`() throws {
        let answer = try Peer().exchange(Peer.request("OPTIONS", "/cometd"))
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("Content-Length: 0\r\n"))
    }

    @Test func `a transport that is not allowed is refused`() throws {
        let peer = try Peer { $0.allowedTransports = [.webSocket] }
        try peer.send(Peer.post(Peer.handshake) + Peer.get("/cometd?jsonp=f&message=%5B%5D"))
        #expect(try peer.takeStatuses() == [400, 400])
    }

    @Test func `an answer tells whether the connection is closed`() throws {
        let closing = try Peer()
        #expect(try closing.exchange(Peer.post(Peer.handshake, "Connection: close")).contains("Connection: close\r\n"))
        #expect(!closing.isOpen)

        let old = try Peer()
        let request = Peer.post(Peer.handshake).replacing("HTTP/1.1", with: "HTTP/1.0", maxReplacements: 1)
        #expect(try old.exchange(request).contains("Connection: close\r\n"))
        #expect(!old.isOpen)

        let kept = try Peer()
        let keepAlive = request.replacing("Host: a", with: "Connection: keep-alive")
        #expect(try kept.exchange(keepAlive).contains("Connection: keep-alive\r\n"))
        #expect(kept.isOpen)
    }

    @Test func `nothing behind the last request of a connection is answered`() throws {
        let peer = try Peer()
        try peer.send(Peer.post(Peer.handshake, "Connection: close") + Peer.post(Peer.handshake))
        #expect(try peer.takeStatuses() == [200])
        #expect(!peer.isOpen)
    }

    @Test func `a client that asks first is told to send the body`() throws {
        let peer = try Peer()
        let request = Peer.post(Peer.handshake, "Expect: 100-Continue")
        let head = request.dropLast(Peer.handshake.count)
        #expect(try peer.exchange(String(head)) == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(try peer.exchange(Peer.handshake).hasPrefix("HTTP/1.1 200 "))
        #expect(try peer.exchange(Peer.post("", "Expect: 100-continue")).hasPrefix("HTTP/1.1 400 "))
        #expect(peer.isOpen)
        #expect(try peer.exchange(Peer.post("x", "Expect: wonders")).hasPrefix("HTTP/1.1 417 "))
        #expect(!peer.isOpen)
    }

    @Test func `a client that asks first is not told to send what is refused`() throws {
        let peer = try Peer()
        let request = Peer.request("PUT", "/cometd", headers: ["Content-Length: 5", "Expect: 100-continue"])
        #expect(try peer.exchange(request).hasPrefix("HTTP/1.1 400 "))
        #expect(!peer.isOpen)
    }

    @Test func `requests for another protocol than WebSocket are taken as they are`() throws {
        let peer = try Peer()
        let upgrade = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQ"]
        let first = Peer.request(
            "POST",
            "/cometd",
            headers: upgrade + ["Content-Length: \(Peer.handshake.count)"],
            body: Peer.handshake
        )
        try peer.send(first + Peer.post(Peer.handshake))
        try peer.send(Peer.post(Peer.handshake))
        #expect(try peer.takeStatuses() == [200, 200, 200])

        let other = Peer.request("GET", "/else", headers: upgrade)
        try peer.send(other + Peer.post(Peer.handshake))
        try peer.send(Peer.post(Peer.handshake))
        #expect(try peer.takeStatuses() == [404, 200, 200])
    }

    @Test func `the context of a request tells what the client sent`() throws {
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: "/cometd?x=y",
            headers: ["X-A": "1", "x-a": "2"]
        )
        let context = HTTPRequestContext(head, over: ConnectionFacts(of: try Peer().channel))
        #expect(context.uri == "/cometd?x=y")
        #expect(context.headers("x-A") == ["1", "2"])
        #expect(context.headers("X-B").isEmpty)
    }
}

import CometDServer
import NIOCore
import NIOEmbedded
import Testing

@testable import CometDServerNIO

/// Requests of pages; the server's own host is `a`.
@Suite struct CrossOriginTests {
    typealias Peer = HTTPEmbeddedPeer

    private static let foreign = [
        "https://evil.example", "null", "https://a.evil.example", "http://a:8080", "a", "", "https://",
    ]
    private static let own = ["https://a", "http://a", "https://A", "http://a:80", "https://a:443"]
    private static let upgrade = [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    private static func webSocket(_ origin: String) -> String {
        Peer.request("GET", "/cometd", headers: Self.upgrade + ["Origin: \(origin)"])
    }

    private static func preflight(_ headers: String...) -> String {
        Peer.request("OPTIONS", "/cometd", headers: ["Access-Control-Request-Method: POST"] + headers)
    }

    private static func script(_ headers: String...) -> String {
        let message = "%5B%7B%22channel%22:%22/meta/handshake%22,%22version%22:%221.0%22%7D%5D"
        return Peer.request("GET", "/cometd?jsonp=f&message=\(message)", headers: headers)
    }

    @Test(arguments: Self.foreign)
    func `a page of another origin is refused`(origin: String) throws {
        let peer = try Peer()
        let answer = try peer.exchange(Peer.post(Peer.handshake, to: "/cometd", "Origin: \(origin)"))
        #expect(answer.hasPrefix("HTTP/1.1 403 "))
        #expect(!answer.contains("Access-Control") && !answer.contains("clientId"))
        #expect(peer.server.sessionCount == 0)
        // The connection serves others, such as those of a proxy.
        #expect(try peer.exchange(Peer.post(Peer.handshake)).contains(#""successful":true"#))
        #expect(try peer.exchange(Self.script("Origin: \(origin)")).hasPrefix("HTTP/1.1 403 "))
        #expect(try peer.exchange(Self.preflight("Origin: \(origin)")).hasPrefix("HTTP/1.1 403 "))
        #expect(try peer.exchange(Self.webSocket(origin)).hasPrefix("HTTP/1.1 403 "))
        #expect(!peer.isOpen)
    }

    @Test(arguments: Self.own)
    func `a page of the server's own is served as if nobody had asked`(origin: String) throws {
        let peer = try Peer { $0.allowedOrigins = ["https://example.com"] }
        let answer = try peer.exchange(Peer.post(Peer.handshake, to: "/cometd", "Origin: \(origin)"))
        #expect(answer.contains(#""successful":true"#))
        #expect(!answer.contains("Access-Control") && !answer.contains("Vary"))
        #expect(try peer.exchange(Self.script("Origin: \(origin)")).hasPrefix("HTTP/1.1 200 "))
        #expect(try peer.exchange(Self.webSocket(origin)).hasPrefix("HTTP/1.1 101 "))
    }

    @Test func `an allowed page may read the answer, also to what is wrong`() throws {
        let peer = try Peer { $0.allowedOrigins = ["https://example.com", "https://*.example.org"] }
        for origin in ["https://example.com", "https://x.example.org"] {
            let allowed =
                "Access-Control-Allow-Origin: \(origin)\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n"
            for (request, status) in [
                (Peer.post(Peer.handshake, to: "/cometd", "Origin: \(origin)"), 200),
                (Peer.post("nonsense", to: "/cometd", "Origin: \(origin)"), 400),
                (Self.script("Origin: \(origin)"), 200),
                (Peer.request("OPTIONS", "/cometd", headers: ["Origin: \(origin)"]), 200),
                (Peer.request("PUT", "/cometd", headers: ["Origin: \(origin)"]), 400),
            ] {
                let answer = try peer.exchange(request)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
                #expect(answer.contains(allowed))
                #expect(!answer.contains("Access-Control-Allow-Methods"))
            }
            #expect(try peer.another().exchange(Self.webSocket(origin)).hasPrefix("HTTP/1.1 101 "))
        }
        #expect(try peer.exchange(Self.webSocket("https://example.org")).hasPrefix("HTTP/1.1 403 "))
    }

    @Test func `the answer to a connect that was held may be read, too`() throws {
        let peer = try Peer { $0.allowedOrigins = ["*"] }
        let session = try peer.openSession()
        let connect = Peer.connect(session.clientID, advice: #"{"timeout":500}"#)
        #expect(try peer.exchange(Peer.post(connect, to: "/cometd", session.cookie, "Origin: null")).isEmpty)
        peer.advance(by: .seconds(1))
        #expect(try peer.take().contains("Access-Control-Allow-Origin: null\r\n"))
    }

    @Test(arguments: [
        ("", "Content-Type"), ("content-type", "content-type"), ("content-type,x-mine", "content-type, x-mine"),
        ("a b", "Content-Type"), ("x;y", "Content-Type"), (String(repeating: "x", count: 1025), "Content-Type"),
    ])
    func `a preflight is told what the page may send`(wanted: String, answered: String) throws {
        let peer = try Peer { $0.allowedOrigins = ["https://example.com"] }
        let wanted = wanted.isEmpty ? "X-Nothing: wanted" : "Access-Control-Request-Headers: \(wanted)"
        let answer = try peer.exchange(Self.preflight("Origin: https://example.com", wanted))
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("\r\nAccess-Control-Allow-Origin: https://example.com\r\n"))
        #expect(answer.contains("\r\nAccess-Control-Allow-Methods: GET, POST, OPTIONS\r\n"))
        #expect(answer.contains("\r\nAccess-Control-Allow-Headers: \(answered)\r\n"))
        #expect(answer.contains("\r\nAccess-Control-Max-Age: 3600\r\n"))
        #expect(answer.contains("\r\nContent-Length: 0\r\n"))
    }

    @Test func `nobody but a page is told anything`() throws {
        let peer = try Peer { $0.allowedOrigins = ["*"] }
        for request in [
            Self.preflight(), Self.preflight("Origin: https://a"), Peer.post(Peer.handshake), Self.script(),
        ] {
            let answer = try peer.exchange(request)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(!answer.contains("Access-Control") && !answer.contains("Vary"))
        }
    }

    @Test func `several origins are as good as a foreign one`() throws {
        let peer = try Peer { $0.allowedOrigins = ["*"] }
        let request = Peer.post(Peer.handshake, to: "/cometd", "Origin: https://a", "Origin: https://a")
        #expect(try peer.exchange(request).hasPrefix("HTTP/1.1 403 "))
    }

    @Test func `an entry that is no origin allows nothing`() throws {
        let peer = try Peer { $0.allowedOrigins = ["", "null", "example.com", "https://example.com/"] }
        for origin in ["null", "https://example.com"] {
            #expect(try peer.exchange(Peer.post("[]", to: "/cometd", "Origin: \(origin)")).hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test func `who waits before sending a body is refused before`() throws {
        let peer = try Peer()
        let headers = ["Origin: https://evil.example", "Expect: 100-continue", "Content-Length: 10"]
        #expect(try peer.exchange(Peer.request("POST", "/cometd", headers: headers)).hasPrefix("HTTP/1.1 403 "))
    }

    @Test func `other requests on the port are not looked at`() throws {
        let peer = try Peer()
        #expect(try peer.exchange(Peer.get("/else", "Origin: https://evil.example")).hasPrefix("HTTP/1.1 404 "))
    }

    @Test(arguments: ["cross-site", "same-site"])
    func `a script for a page of another origin is refused`(site: String) throws {
        let site = "Sec-Fetch-Site: \(site)"
        let peer = try Peer { $0.allowedOrigins = ["https://example.com"] }
        #expect(try peer.exchange(Self.script(site)).hasPrefix("HTTP/1.1 403 "))
        #expect(try peer.exchange(Self.script(site, "Referer: https://evil.example/")).hasPrefix("HTTP/1.1 403 "))
        #expect(try peer.exchange(Self.script(site, "Referer: nonsense")).hasPrefix("HTTP/1.1 403 "))
        #expect(peer.server.sessionCount == 0)
        #expect(try peer.exchange(Self.script(site, "Referer: https://example.com/x")).hasPrefix("HTTP/1.1 200 "))
        #expect(try peer.exchange(Self.script(site, "Referer: https://a/x")).hasPrefix("HTTP/1.1 200 "))
        let other = try Peer { $0.allowedOrigins = ["*"] }
        #expect(try other.exchange(Self.script(site)).hasPrefix("HTTP/1.1 200 "))
    }

    @Test(arguments: ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "X-Old: browser"])
    func `a script for a page of the server's own is served`(header: String) throws {
        #expect(try Peer().exchange(Self.script(header)).hasPrefix("HTTP/1.1 200 "))
    }
}

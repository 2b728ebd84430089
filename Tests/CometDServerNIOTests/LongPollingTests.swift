import Bayeux
import CometDServer
import NIOCore
import Testing

@testable import CometDServerNIO

@Suite struct LongPollingTests {
    typealias Peer = HTTPEmbeddedPeer

    @Test(arguments: ["", " ", "[]", "{", "[{}", "5", "true", "\"text\"", "[{}]x", "\u{feff}[{}]"])
    func `a body that is no batch is refused`(body: String) throws {
        let peer = try Peer()
        #expect(try peer.exchange(Peer.post(body)).hasPrefix("HTTP/1.1 400 "))
        #expect(peer.isOpen)
    }

    @Test(arguments: ["null", " null\n"])
    func `the body null is answered with nothing`(body: String) throws {
        let answer = try Peer().exchange(Peer.post(body))
        #expect(
            answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nContent-Length: 0\r\n")
                && answer.hasSuffix("\r\n\r\n")
        )
    }

    @Test func `too many messages are too much`() throws {
        let peer = try Peer { $0.maxMessagesPerBatch = 2 }
        #expect(try peer.exchange(Peer.post("[{},{},{}]")).hasPrefix("HTTP/1.1 413 "))
        #expect(try peer.exchange(Peer.post("[{},{}]")).hasPrefix("HTTP/1.1 200 "))
        let form = Peer.post("message=[{},{}]&message={}", "Content-Type: application/x-www-form-urlencoded")
        #expect(try peer.exchange(form).hasPrefix("HTTP/1.1 413 "))
    }

    @Test func `a body that comes in pieces is put together`() throws {
        let peer = try Peer()
        for byte in Peer.post(Peer.handshake) { try peer.send(String(byte)) }
        #expect(try peer.take().contains(#""successful":true"#))

        let chunks = Peer.handshake.map { "1;x=y\r\n\($0)\r\n" }.joined() + "0\r\nX: y\r\n\r\n"
        try peer.send(Peer.request("POST", "/cometd", headers: ["Transfer-Encoding: chunked"], body: chunks))
        #expect(try peer.take().contains(#""successful":true"#))
    }

    @Test(arguments: [
        "application/x-www-form-urlencoded", "Application/X-WWW-Form-URLEncoded; charset=UTF-8",
    ])
    func `messages may be parameters of a form`(type: String) throws {
        let peer = try Peer()
        let body = "x=1&message=%5B%7B%22channel%22%3A%22%2Fmeta%2Fhandshake%22%2C+%22version%22:%221.0%22%7D%5D"
        #expect(try peer.exchange(Peer.post(body, "Content-Type: \(type)")).contains(#""successful":true"#))
    }

    @Test func `JSON is JSON whatever type it comes with, as curl sends it`() throws {
        let body = #" [{"channel":"/meta/handshake","ext":"&message=[]"}]"#
        let request = Peer.post(body, "Content-Type: application/x-www-form-urlencoded")
        #expect(try Peer().exchange(request).contains(#""successful":true"#))
    }

    @Test(arguments: [
        "", "x=1", "message", "message=", "message=%5", "message=%zz", "message=%5B%5D&%=", "messages=[{}]",
    ])
    func `a form without messages is refused`(body: String) throws {
        let request = Peer.post(body, "Content-Type: application/x-www-form-urlencoded")
        #expect(try Peer().exchange(request).hasPrefix("HTTP/1.1 400 "))
    }

    @Test(arguments: [
        ("application/json", true), ("text/plain; charset=\"utf-8\"", true), ("", true), ("nonsense;;=;", true),
        ("application/json; Charset=US-ASCII", true), ("application/json;charset=klingon", false),
        ("application/x-www-form-urlencoded;charset=utf-16", false),
    ])
    func `only the charset of a content type matters`(type: String, isKnown: Bool) throws {
        let answer = try Peer().exchange(Peer.post(Peer.handshake, "Content-Type: \(type)"))
        #expect(answer.hasPrefix(isKnown ? "HTTP/1.1 200 " : "HTTP/1.1 415 "))
    }

    @Test func `Latin-1 becomes UTF-8`() {
        let text = ByteBuffer(bytes: [0x61, 0xe9, 0xff, 0x80])
        #expect(Charset.latin1.utf8(text) == ByteBuffer(string: "aéÿ\u{80}"))
        #expect(Charset.utf8.utf8(text) == text)
    }

    @Test func `several texts become one batch`() throws {
        func combine(_ texts: String...) throws -> String {
            let texts = texts.map { ByteBuffer(string: $0) }
            return String(buffer: try MessageParameters.combine(texts, limits: ScanLimits()))
        }
        #expect(try combine("[ 1 ]") == "[ 1 ]")
        #expect(try combine(#"[{"a":1}, 2 ]"#, #" {"b":[]} "#, "null", "[]", "[3]") == #"[{"a":1},2,{"b":[]},3]"#)
        #expect(throws: ScanError.self) { try combine(#"[{"a":1}"#, #"{"b":2}]"#) }
    }

    @Test func `parameters are decoded`() throws {
        let form = ByteBuffer(string: "a=1&b&a=%C3%A9+%2b&&c=x=y&%61=&A=2")
        #expect(try FormParameters.values(of: "a", in: form).map { String(buffer: $0) } == ["1", "é +", ""])
        #expect(try FormParameters.values(of: "c", in: form).map { String(buffer: $0) } == ["x=y"])
        #expect(try FormParameters.values(of: "b", in: form).map { String(buffer: $0) } == [""])
    }

    @Test func `the browser cookie is set once and recognised`() throws {
        let peer = try Peer()
        let first = try peer.exchange(Peer.post(Peer.handshake))
        let cookie = try #require(first.components(behind: "Set-Cookie: ").first)
        #expect(cookie.contains("; Path=/; HttpOnly\r\n"))
        let value = cookie.prefix { $0 != ";" }
        #expect(value.hasPrefix("BAYEUX_BROWSER="))

        let again = try peer.exchange(Peer.post(Peer.handshake, "Cookie: a=1; \(value) ;b=2"))
        #expect(!again.contains("Set-Cookie"))
    }

    @Test func `the browser cookie has the attributes that were asked for`() throws {
        let peer = try Peer { options in
            options.longPolling.browserCookie.name = "B"
            options.longPolling.browserCookie.path = "/x"
            options.longPolling.browserCookie.domain = "example.com"
            options.longPolling.browserCookie.maxAge = .seconds(3600)
            options.longPolling.browserCookie.isSecure = true
            options.longPolling.browserCookie.isHTTPOnly = false
            options.longPolling.browserCookie.sameSite = "None"
            options.longPolling.browserCookie.isPartitioned = true
        }
        let answer = try peer.exchange(Peer.post(Peer.handshake))
        let line = try #require(answer.components(behind: "Set-Cookie: B=").first).prefix { $0 != "\r\n" }
        #expect(
            line.drop { $0 != ";" }
                == "; Path=/x; Domain=example.com; Max-Age=3600; Secure; SameSite=None; Partitioned"
        )
    }

    @Test(arguments: [
        ("B=1", "1"), ("a=2; B=1", "1"), ("XB=2;B=1;B=3", "1"), ("B=a=b", "a=b"), ("B=", ""), ("B", nil), ("b=1", nil),
        ("", nil), (";;=", nil), ("\t B=1 ", "1"),
    ])
    func `a cookie is found by its name`(header: String, value: String?) {
        #expect(BrowserCookie.value(of: "B", in: header) == value)
    }
}

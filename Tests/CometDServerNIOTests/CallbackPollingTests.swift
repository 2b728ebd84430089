import CometDServer
import NIOCore
import Testing

@testable import CometDServerNIO

@Suite struct CallbackPollingTests {
    typealias Peer = HTTPEmbeddedPeer

    private static func target(_ json: String, function: String = "cb", parameter: String = "jsonp") -> String {
        "/cometd?\(parameter)=\(function)&message=\(self.encoded(json))"
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }

    @Test func `the answer is a script that calls the function`() throws {
        let answer = try Peer().exchange(Peer.get(Self.target(Peer.handshake, function: "a.B_c-1")))
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(parts[0].hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/javascript;charset=UTF-8\r\n"))
        #expect(parts[0].contains("nosniff") && parts[0].contains("Cache-Control: no-store"))
        #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)"))
        #expect(parts[0].contains("Set-Cookie: BAYEUX_BROWSER="))
        #expect(parts[1].hasPrefix("a.B_c-1([{") && parts[1].hasSuffix("}])"))
    }

    @Test func `several messages are one batch`() throws {
        let target = Self.target("{}") + "&message=" + Self.encoded("[{},{}]")
        let answer = try Peer().exchange(Peer.get(target))
        #expect(answer.count(of: #""successful":false"#) == 3)
    }

    @Test(arguments: [
        "/cometd", "/cometd?", "/cometd?jsonp=cb", "/cometd?message=%5B%7B%7D%5D",
        "/cometd?jsonp=&message=%5B%7B%7D%5D",
        "/cometd?jsonp=a(b)&message=%5B%7B%7D%5D", "/cometd?jsonp=%3Cx%3E&message=%5B%7B%7D%5D",
        "/cometd?jsonp=caf%C3%A9&message=%5B%7B%7D%5D", "/cometd?jsonp=cb&message=%5B", "/cometd?jsonp=cb&message=",
        "/cometd?jsonp=cb&message=%5B%5D", "/cometd?jsonp=cb&message=%", "/cometd?callback=cb&message=%5B%7B%7D%5D",
    ])
    func `a request without a function or messages is refused`(target: String) throws {
        let peer = try Peer()
        let answer = try peer.exchange(Peer.get(target))
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(!answer.contains("cb("))
        #expect(peer.isOpen)
    }

    @Test func `the function's name and parameter are options`() throws {
        let peer = try Peer { options in
            options.callbackPolling.callbackParameter = "callback"
            options.callbackPolling.callbackParameterMaxLength = 3
            options.callbackPolling.mimeType = "application/javascript"
        }
        let answer = try peer.exchange(Peer.get(Self.target("{}", function: "abc", parameter: "callback")))
        #expect(answer.contains("Content-Type: application/javascript\r\n") && answer.contains("\r\n\r\nabc(["))
        try peer.send(Peer.get(Self.target("{}", function: "abcd", parameter: "callback")))
        #expect(try peer.takeStatuses() == [400])
    }

    @Test func `messages that are too large are refused`() throws {
        let peer = try Peer { $0.callbackPolling.maxMessageSize = 3 }
        try peer.send(Peer.get(Self.target("{}")) + Peer.get(Self.target("{  }")))
        #expect(try peer.takeStatuses() == [200, 413])
    }

    @Test(arguments: [
        ("[]", "f([])"), ("[\"a\u{2028}b\u{2029}\"]", #"f(["a\u2028b\u2029"])"#), ("\u{2028}", #"f(\u2028)"#),
        ("[\"\u{2027}\u{202a}é€\"]", "f([\"\u{2027}\u{202a}é€\"])"),
    ])
    func `line separators are escaped`(json: String, script: String) {
        #expect(CallbackScript.encode(ByteBuffer(string: json), calling: "f") == ByteBuffer(string: script))
    }

    @Test func `a session of the one transport is unknown to the other`() throws {
        let peer = try Peer()
        let session = try peer.openSession()
        let answer = try peer.exchange(Peer.get(Self.target(Peer.connect(session.clientID)), session.cookie))
        #expect(answer.contains("402::"))
    }
}

import CometDServer
import NIOCore
import Testing

@Suite struct ContextTests {
    private struct Request: BayeuxContext {
        var remoteAddress: SocketAddress? { nil }
        var localAddress: SocketAddress? { nil }
        var uri = "/cometd"
        var cookieHeaders: [String] = []
        var tls: TLSFacts?

        func headers(_ name: String) -> [String] { name == "Cookie" ? self.cookieHeaders : [] }
    }

    @Test func `cookies are found in all headers, the first of a name counts`() {
        let request = Request(cookieHeaders: ["a=1; b = 2 ;c", "a=3;d=x=y; =z"])
        #expect(request.cookies == ["a": "1", "b": "2", "d": "x=y"])
        #expect(request.cookie("d") == "x=y")
        #expect(request.cookie("D") == nil)
    }

    @Test func `parameters are decoded`() {
        let request = Request(uri: "/cometd?a=1&b=x+y%2Fz&a=%C3%A9&c&%64=&=e#f=1")
        #expect(request.queryParameters == ["a": ["1", "é"], "b": ["x y/z"], "c": [""], "d": [""], "": ["e"]])
        #expect(request.parameter("a") == "1")
        #expect(request.parameter("f") == nil)
    }

    @Test(arguments: ["/cometd", "/cometd?", "/cometd?&&"])
    func `a request without parameters has none`(uri: String) {
        #expect(Request(uri: uri).queryParameters.isEmpty)
    }

    @Test func `what is no encoding stays, what is no UTF-8 is replaced`() {
        let request = Request(uri: "/?a=%&b=%4&c=%zz1&d=%ff%e")
        #expect(request.queryParameters == ["a": ["%"], "b": ["%4"], "c": ["%zz1"], "d": ["\u{FFFD}%e"]])
    }

    @Test func `a context that says nothing of it has no TLS and nobody behind it`() {
        let request = Request()
        #expect(!request.isSecure)
        #expect(request.principal == nil)
        #expect(request.httpVersion == "1.1")
    }

    @Test func `the client is whom its certificate names`() {
        let certificate = TLSFacts.ClientCertificate(der: [0x30], commonName: "alice")
        let request = Request(tls: TLSFacts(version: "TLSv1.3", clientCertificate: certificate))
        #expect(request.isSecure)
        #expect(request.principal == "alice")
    }
}

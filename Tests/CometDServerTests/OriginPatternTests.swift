import CometDServer
import Testing

@Suite("Origins of web pages")
struct OriginPatternTests {
    @Test(
        arguments: [
            ("https://example.com", "https", "example.com", 443), ("HTTP://Example.COM", "http", "example.com", 80),
            ("http://localhost:3000", "http", "localhost", 3000), ("http://127.0.0.1:1", "http", "127.0.0.1", 1),
            ("http://[::1]:8080", "http", "[::1]", 8080), ("https://[::1]", "https", "[::1]", 443),
            ("https://a-b.example.com:443", "https", "a-b.example.com", 443),
            ("capacitor://localhost", "capacitor", "localhost", nil),
        ] as [(String, String, String, Int?)]
    )
    func `an origin is read`(text: String, scheme: String, host: String, port: Int?) throws {
        let origin = try #require(WebOrigin(text))
        #expect(origin.scheme == scheme)
        #expect(origin.host == host)
        #expect(origin.port == port)
    }

    @Test(arguments: [
        "", "null", "example.com", "https:", "https:/", "https://", "://a", "https://a/", "https://a/b", "https://a?b",
        "https://a:", "https://a:0", "https://a:65536", "https://a:99999999999999999999", "https://a:8x", "https://a b",
        "https://u@a", "https://a,https://b", "https://a https://b", "1http://a", "https://ä", "https://[::1",
        "https://[]",
        "https://*", "file:///a", "https://a\r\nX: y",
    ])
    func `what is no origin is not read`(text: String) {
        #expect(WebOrigin(text) == nil)
    }

    @Test(arguments: [
        ("https://example.com", "example.com", true), ("https://example.com", "EXAMPLE.com", true),
        ("https://example.com", "example.com:443", true), ("http://example.com", "example.com:80", true),
        ("http://example.com:8080", "example.com:8080", true), ("https://[::1]:8080", "[::1]:8080", true),
        ("https://example.com", "example.com:80", false), ("https://example.com", "example.com:8443", false),
        ("https://example.com:8443", "example.com", false), ("https://evil-example.com", "example.com", false),
        ("https://example.com.evil", "example.com", false), ("https://a.example.com", "example.com", false),
        ("https://example.com", "", false), ("https://example.com", ":443", false),
    ])
    func `an origin is the server's when host and port are`(text: String, host: String, isSame: Bool) throws {
        #expect(try #require(WebOrigin(text)).isSame(asHost: host) == isSame)
    }

    @Test(arguments: [
        ("https://example.com/", "https://example.com"), ("https://example.com", "https://example.com"),
        ("http://a:1/b/c?d#e", "http://a:1"), ("https://a?b", "https://a"), ("https://a#b", "https://a"),
    ])
    func `a page's address tells its origin`(address: String, origin: String) {
        #expect(WebOrigin(ofPage: address) == WebOrigin(origin))
        #expect(WebOrigin(ofPage: address) != nil)
    }

    @Test(arguments: ["", "about:blank", "/", "//", "https://", "https://u:p@a/", "nonsense"])
    func `an address without origin has none`(address: String) {
        #expect(WebOrigin(ofPage: address) == nil)
    }

    @Test(arguments: [
        ("https://example.com", "https://example.com", true), ("https://example.com", "https://example.com:443", true),
        ("https://example.com:443", "https://example.com", true), ("https://example.com", "http://example.com", false),
        ("https://example.com", "https://www.example.com", false),
        ("https://example.com", "https://example.com:8443", false),
        ("https://*.example.com", "https://www.example.com", true),
        ("https://*.example.com", "https://a.b.example.com", true),
        ("https://*.example.com", "https://example.com", false),
        ("https://*.example.com", "https://evilexample.com", false),
        ("https://*.example.com", "http://www.example.com", false),
        ("https://*.example.com:8443", "https://www.example.com:8443", true),
        ("https://*.example.com:8443", "https://www.example.com", false),
        ("*", "https://example.com", true), ("*", "null", true), ("https://example.com", "null", false),
        ("https://*.example.com", "null", false),
    ])
    func `an entry allows what it says`(entry: String, origin: String, isAllowed: Bool) throws {
        #expect(try #require(OriginPattern(entry)).matches(WebOrigin(origin)) == isAllowed)
    }

    @Test(arguments: [
        "", "null", "**", "https://*", "https://*.", "*.example.com", "https://a.*.com", "https://example.com/",
    ])
    func `what is no entry is refused`(entry: String) {
        #expect(OriginPattern(entry) == nil)
    }
}

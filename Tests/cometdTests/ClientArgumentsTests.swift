import ArgumentParser
import Bayeux
import CometDClientNIO
import Testing

@testable import cometd

@Suite("Arguments of the client commands")
struct ClientArgumentsTests {
    private static let url = "http://localhost/cometd"

    @Test func `without options, both transports may be used for ten seconds`() throws {
        let command = try SubscribeCommand.parse([Self.url, "/a", "/b/**"])

        #expect(command.url == Self.url)
        #expect(command.channels.map(\.id.name) == ["/a", "/b/**"])
        #expect(command.connection.transport.isEmpty)
        #expect(command.connection.limit == .seconds(10))
        #expect(command.count == nil)
        #expect(!command.json && !command.ack && !command.quiet && !command.connection.insecure)
    }

    @Test func `all options of the connection are read`() throws {
        let arguments =
            [Self.url, "/a", "--transport", "long-polling", "--transport", "websocket", "--timeout", "0.5"]
            + ["--header", "X-One: 1", "--header", "X-Two:  a: b ", "--ext", #"{"a":{"b":1}}"#]
            + ["--proxy", "http://me:secret@proxy:3129", "--ca", "ca.pem", "--log-level", "debug", "--text", "hello"]
        let command = try PublishCommand.parse(arguments)

        #expect(command.connection.transport.map(\.connectionType) == [.longPolling, .webSocket])
        #expect(command.connection.limit == .milliseconds(500))
        #expect(command.connection.header.map(\.name) == ["X-One", "X-Two"])
        #expect(command.connection.header.map(\.value) == ["1", "a: b"])
        #expect(command.connection.ext == ["a": ["b": 1]])
        #expect(
            command.connection.proxy?.proxy
                == .http(host: "proxy", port: 3129, authorization: "Basic bWU6c2VjcmV0")
        )
        #expect(command.connection.ca == "ca.pem")
        #expect(command.connection.logLevel.map { "\($0)" } == "debug")
        #expect(command.payload.data == "hello")
        #expect(command.payload.syntax == .text)
    }

    @Test(arguments: [
        (["subscribe", Self.url], "missing expected argument"),
        (["subscribe", Self.url, "/a", "--replay"], "--replay is reserved for the replay of old messages"),
        (["subscribe", Self.url, "/a", "--count", "0"], "--count takes a number of at least 1"),
        (["subscribe", Self.url, "chat"], "a channel begins with a slash"),
        (["publish", Self.url, "/a/*", "1"], "a pattern cannot be published to"),
        (["publish", Self.url, "/meta/x", "1"], "channels below /meta are the protocol's own"),
        (["publish", Self.url, "/a", "1", "--file", "x"], "give the payload or --file, not both"),
        (["publish", Self.url, "/a", "1", "--header", "no header"], "a header has the form 'Name: value'"),
        (["publish", Self.url, "/a", "1", "--header", "bad name: 1"], "a header has the form 'Name: value'"),
        (["publish", Self.url, "/a", "1", "--proxy", "ftp://proxy:1"], "a proxy is http://host:port"),
        (["publish", Self.url, "/a", "1", "--ext", "[1]"], "it must be a JSON object"),
        (["publish", Self.url, "/a", "1", "--timeout", "0"], "--timeout takes a number of seconds above 0"),
        (["publish", Self.url, "/a", "1", "--timeout", "nan"], "--timeout takes a number of seconds above 0"),
        (["publish", Self.url, "/a", "1", "--insecure", "--ca", "x"], "--insecure and --ca contradict each other"),
        (["publish", Self.url, "/a", "1", "--transport", "pigeon"], "'--transport <name>'"),
        (["publish", Self.url, "/a", "1", "--log-level", "loud"], "a level is trace, debug"),
        (["ping", Self.url, "--count", "0"], "--count takes a number from 1 to 10000"),
        (["call", Self.url, "a//b"], "a channel begins with a slash"),
    ])
    func `what cannot be understood is a usage error in one line`(arguments: [String], text: String) async {
        do {
            _ = try await CometDCommand.asyncParseAsRoot(arguments)
            Issue.record("it was understood")
        } catch {
            let failure = CometDCommand.failure(of: error)

            #expect(failure.code == .usage)
            #expect(failure.message.contains(text), "\(failure.message)")
            #expect(!failure.message.contains("\n"))
        }
    }

    @Test(arguments: ["rpc/echo", "/service/rpc/echo"])
    func `a target may be given with or without the channel's beginning`(text: String) throws {
        #expect(try CallCommand.parse([Self.url, text]).target.id.name == "/service/rpc/echo")
    }

    @Test(arguments: [
        ("http://proxy", ClientNetwork.Proxy.http(host: "proxy", port: 3128)),
        ("http://10.0.0.1:8080/", .http(host: "10.0.0.1", port: 8080)),
        ("socks5://proxy", .socks5(host: "proxy", port: 1080)),
        ("socks5://[::1]:9050", .socks5(host: "::1", port: 9050)),
    ])
    func `a proxy is read from its URL`(text: String, proxy: ClientNetwork.Proxy) throws {
        #expect(try ProxyArgument(text).proxy == proxy)
    }

    @Test(arguments: ["", "proxy:3128", "http://", "http://proxy:0", "http://proxy/path", "socks5://me:x@proxy"])
    func `what is no proxy is refused`(text: String) {
        #expect(throws: ValidationError.self) { try ProxyArgument(text) }
    }

    @Test(arguments: [":x", "X-One", "X One: 1", "X-One: a\r\nX-Two: b"])
    func `what is no header is refused`(text: String) {
        #expect(throws: ValidationError.self) { try HeaderArgument(text) }
    }

    @Test(arguments: [
        ("http://localhost", "localhost:80", false), ("https://localhost/cometd", "localhost:443", true),
        ("ws://[::1]:8080/cometd", "[::1]:8080", false), ("WSS://a.example/", "a.example:443", true),
    ])
    func `a URL tells host and port`(url: String, authority: String, isSecure: Bool) throws {
        let place = try ServerPlace(url)

        #expect(place.authority == authority)
        #expect(place.isSecure == isSecure)
    }

    @Test(arguments: ["", "localhost:8080", "ftp://localhost", "http://", "http://me@localhost", "http://localhost:0"])
    func `what is no URL of a server is a usage error`(url: String) {
        #expect { try ServerPlace(url) } throws: { ($0 as? CommandFailure)?.code == .usage }
    }
}

import Bayeux
import CometDServer
import Testing

@Suite("Options: which name counts")
struct OptionsReadingTests {
    @Test func `nothing set means the defaults`() throws {
        #expect(try ServerOptions { _ in nil } == ServerOptions())
    }

    @Test func `a name without prefix counts for all transports`() throws {
        let options = try Self.options(["timeout": "1s", "maxMessageSize": "1000"])

        for type in ConnectionType.allCases { #expect(Self.timeout(of: type, in: options) == .seconds(1)) }
        #expect(options.longPolling.maxMessageSize == 1000)
        #expect(options.callbackPolling.maxMessageSize == 1000)
        #expect(options.webSocket.maxMessageSize == 1000)
    }

    @Test(arguments: [
        ("long-polling.json.", ConnectionType.longPolling), ("long-polling.", .longPolling),
        ("callback-polling.jsonp.", .callbackPolling), ("callback-polling.", .callbackPolling),
        ("ws.", .webSocket), ("websocket.", .webSocket),
    ])
    func `a name with a prefix counts for one transport`(prefix: String, transport: ConnectionType) throws {
        let options = try Self.options([prefix + "timeout": "1s", "timeout": "2s"])

        for type in ConnectionType.allCases {
            #expect(Self.timeout(of: type, in: options) == .seconds(type == transport ? 1 : 2))
        }
    }

    @Test(arguments: [
        ("long-polling.json.", "long-polling.", ConnectionType.longPolling),
        ("callback-polling.jsonp.", "callback-polling.", .callbackPolling), ("ws.", "websocket.", .webSocket),
    ])
    func `the longest prefix wins`(long: String, short: String, transport: ConnectionType) throws {
        let options = try Self.options([long + "timeout": "1s", short + "timeout": "2s", "timeout": "3s"])

        for type in ConnectionType.allCases {
            #expect(Self.timeout(of: type, in: options) == .seconds(type == transport ? 1 : 3))
        }
    }

    @Test func `a value that is overruled must be legal, too`() {
        #expect(throws: OptionError.self) {
            try Self.options(["long-polling.json.timeout": "2s", "long-polling.timeout": "soon"])
        }
    }

    @Test func `options of the HTTP transports have the prefixes of both`() throws {
        let options = try Self.options([
            "trustClientSession": "true", "callback-polling.trustClientSession": "false",
            "long-polling.browserCookieName": "ID",
        ])

        #expect(options.longPolling.trustClientSession)
        #expect(!options.callbackPolling.trustClientSession)
        #expect(options.longPolling.browserCookie.name == "ID")
        #expect(options.callbackPolling.browserCookie.name == "BAYEUX_BROWSER")
        #expect(throws: OptionError.self) { try ServerOptions.check(names: ["ws.trustClientSession"]) }
    }

    @Test func `options of callback-polling have its prefixes`() throws {
        let options = try Self.options([
            "callbackParameter": "callback", "callback-polling.jsonp.mimeType": "text/plain",
        ])

        #expect(options.callbackPolling.callbackParameter == "callback")
        #expect(options.callbackPolling.mimeType == "text/plain")
        #expect(options.longPolling == HTTPTransportOptions())
        #expect(throws: OptionError.self) { try ServerOptions.check(names: ["long-polling.callbackParameter"]) }
    }

    @Test func `options of the WebSocket transport need its prefix`() throws {
        let options = try Self.options([
            "ws.messagesPerFrame": "0", "websocket.bufferSize": "4k", "ws.idleTimeout": "20s", "ws.protocol": "bayeux",
            "ws.requireHandshakePerConnection": "true", "ws.enableExtension.permessage-deflate": "false",
            "ws.maxMessageSize": "1M",
        ])

        #expect(options.webSocket.messagesPerFrame == nil)
        #expect(options.webSocket.bufferSize == 4096)
        #expect(options.webSocket.idleTimeout == .seconds(20))
        #expect(options.webSocket.subprotocol == "bayeux")
        #expect(options.webSocket.requireHandshakePerConnection)
        #expect(options.webSocket.enableExtension == ["permessage-deflate": false])
        #expect(options.webSocket.maxMessageSize == 1 << 20)
        #expect(try Self.options(["idleTimeout": "1s"]) == ServerOptions())
        #expect(throws: OptionError.self) { try ServerOptions.check(names: ["idleTimeout"]) }
    }

    @Test func `options of the server have no prefix`() throws {
        let options = try Self.options([
            "broadcastToPublisher": "false", "validateMessageFields": "false", "sweepPeriod": "1s",
            "errorDialect": "cometd5", "maxSessions": "10",
        ])

        #expect(!options.broadcastToPublisher)
        #expect(!options.validateMessageFields)
        #expect(options.sweepPeriod == .seconds(1))
        #expect(options.errorDialect == .cometd5)
        #expect(options.maxSessions == 10)
        #expect(throws: OptionError.self) { try ServerOptions.check(names: ["ws.sweepPeriod"]) }
    }

    @Test func `allowed origins are checked`() throws {
        let options = try Self.options(["allowedOrigins": "https://example.com, http://*.example.org:8080,*"])
        #expect(options.allowedOrigins == ["https://example.com", "http://*.example.org:8080", "*"])
        for text in ["example.com", "https://example.com/", "https://*", "https://a b", "null", "https://a:0", "**"] {
            #expect(throws: OptionError.self) { try Self.options(["allowedOrigins": text]) }
        }
    }

    @Test func `names of Java classes are accepted with a warning`() throws {
        var options = ServerOptions()
        let warnings = try options.read {
            ["transports": "org.cometd.X", "ws.jsonContext": "org.cometd.Y", "timeout": "1s"][$0]
        }

        #expect(warnings.map(\.option) == ["transports", "ws.jsonContext"])
        #expect(warnings.first?.description == "transports has no effect: it names Java classes")
        #expect(Self.timeout(of: .webSocket, in: options) == .seconds(1))
    }

    @Test func `the prefix of CometD 2 is accepted with a warning`() throws {
        var options = ServerOptions()
        let warnings = try options.read { $0 == "long-polling.jsonp.timeout" ? "1s" : nil }

        #expect(Self.timeout(of: .callbackPolling, in: options) == .seconds(1))
        #expect(Self.timeout(of: .longPolling, in: options) == .seconds(30))
        #expect(
            warnings.map(\.description) == [
                "long-polling.jsonp.timeout is CometD 2's name of callback-polling.jsonp.timeout"
            ]
        )
    }

    @Test func `options stay as they were when one value is refused`() {
        var options = ServerOptions()

        #expect(throws: OptionError.self) {
            try options.read { ["timeout": "1s", "maxInterval": "soon"][$0] }
        }
        #expect(options == ServerOptions())
    }

    @Test(arguments: [
        ("maxIntervall", "maxInterval"), ("maxinterval", "maxInterval"), ("ws.idletimeout", "ws.idleTimeout"),
        ("idleTimeout", "ws.idleTimeout"), ("messagesPerFrame", "ws.messagesPerFrame"), ("timeuot", "timeout"),
        ("long-poling.timeout", "long-polling.timeout"), ("completelyDifferent", ""), ("", ""),
    ])
    func `an unknown name is refused with the one that may be meant`(name: String, meant: String) throws {
        let error = try #require(throws: OptionError.self) { try ServerOptions.check(names: ["timeout", name]) }

        #expect(error.code == .optionUnknown)
        #expect(error.option == name)
        #expect(error.hint == meant)
        #expect(error.description == "unknown option '\(name)'" + (meant.isEmpty ? "" : " (did you mean '\(meant)'?)"))
    }

    private static func options(_ values: [String: String]) throws(OptionError) -> ServerOptions {
        try ServerOptions { values[$0] }
    }

    private static func timeout(of type: ConnectionType, in options: ServerOptions) -> Duration {
        switch type {
        case .webSocket: options.webSocket.common.timeout
        case .longPolling: options.longPolling.common.timeout
        case .callbackPolling: options.callbackPolling.common.timeout
        }
    }
}

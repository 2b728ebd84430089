import Bayeux
import CometDServer
import Testing

@Suite("Options: how values are written")
struct OptionsSyntaxTests {
    @Test(arguments: [
        ("10000", Duration.seconds(10)), ("0", .zero), ("250ms", .milliseconds(250)), ("10s", .seconds(10)),
        ("1.5s", .milliseconds(1500)), ("0.5", .microseconds(500)), ("10 s", .seconds(10)), ("5m", .seconds(300)),
        ("1.25h", .seconds(4500)), (" 7s ", .seconds(7)), ("1.10s", .milliseconds(1100)),
        ("8760h", .seconds(31_536_000)),
    ])
    func `a time is a number of milliseconds or has a unit`(text: String, duration: Duration) throws {
        #expect(try Self.options(["timeout": text]).longPolling.common.timeout == duration)
    }

    @Test(arguments: [
        "", "s", "soon", "10x", "1.s", ".5s", "1..5s", "1.5.5s", "--5", "-1", "1e3", "10ss", "0x10", "8761h", "١٠",
        "9223372036854775807", "99999999999999999999", "0.0000001ms", "1 0s",
    ])
    func `what is no time of zero to a year is refused`(text: String) {
        #expect(throws: OptionError.self) { try Self.options(["timeout": text]) }
    }

    @Test(arguments: ["0", "-1", "-5s"])
    func `a time that must be above zero is neither zero nor negative`(text: String) {
        #expect(throws: OptionError.self) { try Self.options(["maxInterval": text]) }
        #expect(throws: OptionError.self) { try Self.options(["sweepPeriod": text]) }
    }

    @Test(arguments: ["0", "-1", "-100ms"])
    func `zero and negative times mean no limit where there may be none`(text: String) throws {
        #expect(try Self.options(["maxProcessing": text]).webSocket.common.maxProcessing == nil)
        #expect(try Self.options(["maxProcessing": "2s"]).webSocket.common.maxProcessing == .seconds(2))
    }

    @Test func `negative times are kept where they have a meaning`() throws {
        let options = try Self.options(["ws.idleTimeout": "-1", "multiSessionInterval": "-2s"])

        #expect(options.webSocket.idleTimeout == .milliseconds(-1))
        #expect(options.longPolling.multiSessionInterval == .seconds(-2))
    }

    @Test(arguments: [("3600", Duration.seconds(3600)), ("2h", .seconds(7200)), ("-1", nil), ("0", .zero)])
    func `the age of the cookie is in seconds`(text: String, age: Duration?) throws {
        var options = ServerOptions()
        options.longPolling.browserCookie.maxAge = .seconds(1)
        _ = try options.read { $0 == "browserCookieMaxAge" ? text : nil }

        #expect(options.longPolling.browserCookie.maxAge == age)
    }

    @Test(arguments: [
        ("1", 1), ("65536", 65536), ("64k", 65536), ("64K", 65536), ("64KiB", 65536), ("2M", 2 << 20),
        ("2 MiB", 2 << 20),
        ("1g", 1 << 30), ("1073741824", 1 << 30),
    ])
    func `a size is a number of bytes or has a unit`(text: String, size: Int) throws {
        #expect(try Self.options(["maxQueueBytes": text]).webSocket.common.maxQueueBytes == size)
    }

    @Test(arguments: ["", "0", "-1", "k", "1.5M", "64kB", "2G", "9223372036854775807", "9223372036854775807k", "1T"])
    func `what is no size from one byte to a gigabyte is refused`(text: String) {
        #expect(throws: OptionError.self) { try Self.options(["maxQueueBytes": text]) }
    }

    @Test(arguments: [("true", true), ("FALSE", false), ("yes", true), ("no", false), ("on", true), ("0", false)])
    func `a switch is true or false`(text: String, value: Bool) throws {
        #expect(try Self.options(["trustClientSession": text]).longPolling.trustClientSession == value)
    }

    @Test(arguments: [("-1", nil), ("0", nil), ("1", 1), ("500", 500)])
    func `zero and negative numbers mean no limit of the queue`(text: String, limit: Int?) throws {
        #expect(try Self.options(["maxQueue": text]).longPolling.common.maxQueue == limit)
    }

    @Test(arguments: [("-1", nil), ("0", 0), ("2", 2)])
    func `a browser may have no session held, or any number`(text: String, limit: Int?) throws {
        #expect(try Self.options(["maxSessionsPerBrowser": text]).longPolling.maxSessionsPerBrowser == limit)
    }

    @Test func `transports are listed in the order of preference`() throws {
        let options = try Self.options(["allowedTransports": " long-polling , websocket"])

        #expect(options.allowedTransports.map(\.rawValue) == ["long-polling", "websocket"])
        #expect(try Self.options(["allowedTransports": ""]) == ServerOptions())
    }

    @Test func `paths may be written as servlet mappings`() throws {
        let options = try Self.options(["ws.cometdURLMapping": "/cometd/*, /chat/,/*"])

        #expect(options.webSocket.cometdURLMapping == ["/cometd", "/chat", "/"])
    }

    @Test func `an empty text means none`() throws {
        let options = try Self.options([
            "browserCookiePath": "", "browserCookieDomain": "", "browserCookieSameSite": "", "ws.protocol": "",
        ])

        #expect(options.longPolling.browserCookie.path == nil)
        #expect(options.longPolling.browserCookie.domain == nil)
        #expect(options.longPolling.browserCookie.sameSite == nil)
        #expect(options.webSocket.subprotocol == nil)
    }

    @Test func `SameSite is written as browsers expect it`() throws {
        #expect(try Self.options(["browserCookieSameSite": "none"]).longPolling.browserCookie.sameSite == "None")
    }

    @Test(arguments: [
        ("duplicateMetaConnectHttpResponseCode", "399"), ("duplicateMetaConnectHttpResponseCode", "600"),
        ("duplicateMetaConnectHttpResponseCode", "5OO"), ("maxDepth", "0"), ("maxDepth", "100000"),
        ("maxMessagesPerBatch", "0"), ("maxSessions", "0"), ("maxQueue", "many"), ("maxSessionsPerBrowser", "1.5"),
        ("trustClientSession", "maybe"), ("errorDialect", "cometd4"), ("allowedTransports", "websocket,carrier-pigeon"),
        ("allowedTransports", "websocket,websocket"), ("browserCookieName", ""), ("browserCookieName", "a=b"),
        ("browserCookieName", "BAYEUX\r\nSet-Cookie"), ("browserCookiePath", "/;Secure"),
        ("browserCookieSameSite", "Most"),
        ("callbackParameter", "a&b"), ("callbackParameterMaxLength", "0"), ("mimeType", ""),
        ("mimeType", "text/a\nX: y"),
        ("ws.cometdURLMapping", "cometd"), ("ws.cometdURLMapping", "/a?b"), ("ws.cometdURLMapping", "/a//b"),
        ("ws.protocol", "a b"), ("ws.bufferSize", "0"),
    ])
    func `a value that is not legal is refused, with the option and what is legal`(name: String, text: String) throws {
        let error = try #require(throws: OptionError.self) { try Self.options([name: text]) }

        #expect(error.code == .valueInvalid)
        #expect(error.option == name)
        #expect(error.value == text)
        #expect(error.description.hasPrefix("\(name) takes "))
        #expect(!error.description.contains("\n") && !error.description.contains("\r"))
    }

    @Test func `a refusal is one short line whatever the value`() throws {
        let value = "a\n\u{1b}[31m" + String(repeating: "x", count: 1000)
        let error = try #require(throws: OptionError.self) { try Self.options(["errorDialect": value]) }

        #expect(error.description.hasPrefix(#"errorDialect takes cometd3 or cometd5, not 'a\n\u{1B}[31mxxx"#))
        #expect(error.description.count < 200)
    }

    private static func options(_ values: [String: String]) throws(OptionError) -> ServerOptions {
        try ServerOptions { values[$0] }
    }
}

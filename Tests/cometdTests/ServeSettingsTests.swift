import CometDServer
import CometDServerNIO
import Foundation
import Testing

@testable import cometd

@Suite("ServeSettings")
struct ServeSettingsTests {
    @Test func `nothing set means the defaults`() throws {
        let (settings, warnings) = try Self.merging()

        #expect(settings == ServeSettings())
        #expect(settings.server == ServerOptions())
        #expect(warnings.isEmpty)
        for (name, text) in [
            ("port", "8080"), ("host", "127.0.0.1"), ("path", "/cometd"), ("demo", "false"),
            ("extensions", "ack,timesync,binary"), ("logLevel", "info"),
            ("requestTimeout", "30s"), ("httpIdleTimeout", "1m"), ("maxRequestHeaderSize", "8k"),
        ] {
            #expect(try Self.text(name, in: settings) == text, "\(name)")
        }
    }

    @Test func `a flag overrules the environment, and that the file`() throws {
        let (settings, _) = try Self.merging(
            flags: ["port": "1"],
            environment: ["COMETD_PORT": "2", "COMETD_HOST": "::1", "COMETD_TIMEOUT": "2s"],
            file:
                #"{"port": 3, "host": "0.0.0.0", "timeout": 3000, "interval": 3, "demo": true, "requestTimeout": "1s"}"#
        )

        #expect(settings.port == 1)
        #expect(settings.host == "::1")
        #expect(settings.hasDemo)
        #expect(settings.server.longPolling.common.timeout == .seconds(2))
        #expect(settings.server.longPolling.common.interval == .milliseconds(3))
        #expect(try Self.text("requestTimeout", in: settings) == "1s")
    }

    @Test func `the longest prefix wins wherever the values come from`() throws {
        let (settings, _) = try Self.merging(
            flags: ["timeout": "1s"],
            environment: ["COMETD_LONG_POLLING_TIMEOUT": "2s"],
            file: #"{"long-polling": {"json": {"timeout": "3s"}}, "callback-polling.timeout": "4s"}"#
        )

        #expect(settings.server.webSocket.common.timeout == .seconds(1))
        #expect(settings.server.longPolling.common.timeout == .seconds(3))
        #expect(settings.server.callbackPolling.common.timeout == .seconds(4))
    }

    @Test(arguments: [
        ("maxInterval", "COMETD_MAX_INTERVAL"), ("ws.idleTimeout", "COMETD_WS_IDLE_TIMEOUT"),
        ("http2MaxSessionsPerBrowser", "COMETD_HTTP2_MAX_SESSIONS_PER_BROWSER"),
        ("ws.cometdURLMapping", "COMETD_WS_COMETD_URL_MAPPING"),
        ("long-polling.json.maxQueue", "COMETD_LONG_POLLING_JSON_MAX_QUEUE"),
    ])
    func `a variable is the flag in capitals`(name: String, variable: String) {
        #expect(EnvironmentVariables.name(of: name) == variable)
    }

    @Test func `every option can be set by its variable`() throws {
        for name in ServeSettings.optionNames {
            let variable = EnvironmentVariables.name(of: name)
            let sources = SettingSources(
                flags: [:],
                environment: EnvironmentVariables([variable: "x"]),
                file: nil
            )

            #expect(sources.value(name) == "x", "\(name)")
        }
    }

    @Test func `empty variables do not count, nor those of Kubernetes`() throws {
        let (settings, warnings) = try Self.merging(environment: [
            "COMETD_TIMEOUT": "", "COMETD_PORT": "tcp://10.0.0.1:8080", "COMETD_SERVICE_HOST": "10.0.0.1",
            "COMETD_PORT_8080_TCP": "tcp://10.0.0.1:8080", "PATH": "/bin",
        ])

        #expect(settings == ServeSettings())
        #expect(warnings.isEmpty)
    }

    @Test func `a variable that sets no option is told`() throws {
        let (_, warnings) = try Self.merging(environment: ["COMETD_TIMEOUTT": "1s", "COMETD_CONFIG_": "x"])

        #expect(
            warnings == [
                "the environment variable COMETD_CONFIG_ sets no option (did you mean COMETD_CONFIG?)",
                "the environment variable COMETD_TIMEOUTT sets no option (did you mean COMETD_TIMEOUT?)",
            ]
        )
    }

    @Test func `a bad value is told with the name under which it was set`() {
        let rule = "takes cometd3 or cometd5, not 'x'"
        #expect(throws: CommandFailure(.usage, "--error-dialect \(rule)")) {
            try Self.merging(flags: ["errorDialect": "x"], environment: ["COMETD_ERROR_DIALECT": "y"])
        }
        #expect(throws: CommandFailure(.usage, "COMETD_ERROR_DIALECT \(rule)")) {
            try Self.merging(environment: ["COMETD_ERROR_DIALECT": "x"], file: #"{"errorDialect": "y"}"#)
        }
        #expect(throws: CommandFailure(.usage, "server.json: errorDialect \(rule)")) {
            try Self.merging(file: #"{"errorDialect": "x"}"#)
        }
    }

    @Test(arguments: [
        ("port", "65536", "--port takes a port from 0 to 65535, not '65536'"),
        ("host", "a b", "--host takes a host name or an IP address, not 'a b'"),
        ("path", "cometd", "--path takes an absolute path such as /cometd, without query or spaces, not 'cometd'"),
        ("logLevel", "loud", "--log-level takes trace, debug, info, notice, warning, error or critical, not 'loud'"),
        ("eventLoops", "0", "--event-loops takes a number from 1 to 1024, not '0'"),
    ])
    func `the command's own options have bounds, too`(name: String, value: String, message: String) {
        #expect(throws: CommandFailure(.usage, message)) { try Self.merging(flags: [name: value]) }
    }

    @Test(arguments: [
        (["tlsCertificate": "a"], "--tls-certificate needs --tls-key"),
        (["tlsKey": "a"], "--tls-key needs --tls-certificate"),
        (["tlsClientCA": "a"], "--tls-client-ca needs --tls-certificate"),
        (
            ["tlsCertificate": "a", "tlsKey": "b", "tlsRequireClientCertificate": "true"],
            "--tls-require-client-certificate needs --tls-client-ca"
        ),
        (["tlsMinimumVersion": "1.1"], "--tls-minimum-version takes 1.2 or 1.3, not '1.1'"),
    ])
    func `the options of TLS go together`(flags: [String: String], message: String) {
        #expect(throws: CommandFailure(.usage, message)) { try Self.merging(flags: flags) }
    }

    @Test func `the options of TLS and HTTP 2 may come from anywhere`() throws {
        let (settings, warnings) = try Self.merging(
            flags: ["tlsCertificate": "chain.pem", "http2PingInterval": "5s"],
            environment: ["COMETD_TLS_KEY": "key.pem", "COMETD_HTTP2": "false"],
            file: #"{"tlsClientCA": "ca.pem", "tlsMinimumVersion": 1.3, "http2MaxConcurrentStreams": 7}"#
        )

        #expect(settings.isSecure)
        #expect(settings.tls.certificateChain == "chain.pem" && settings.tls.privateKey == "key.pem")
        #expect(settings.tls.clientTrustRoots == "ca.pem")
        #expect(settings.tls.minimumVersion == .tls13 && !settings.tls.offersHTTP2)
        #expect(settings.listener.http2.maxConcurrentStreams == 7)
        #expect(settings.listener.http2.pingInterval == .seconds(5))
        #expect(warnings.isEmpty)
        #expect(!ServeSettings().isSecure)
    }

    @Test func `an unknown name in the file is told`() {
        let message = "server.json: unknown option 'ws.idletimeout' (did you mean 'ws.idleTimeout'?)"
        #expect(throws: CommandFailure(.usage, message)) { try Self.merging(file: #"{"ws": {"idletimeout": 1}}"#) }
    }

    @Test func `options without effect are told with the name under which they were set`() throws {
        let (_, warnings) = try Self.merging(flags: ["transports": "x"], file: #"{"ws.jsonContext": "y"}"#)

        #expect(
            warnings == [
                "--transports has no effect: it names Java classes",
                "server.json: ws.jsonContext has no effect: it names a Java class",
            ]
        )
    }

    @Test func `an address may stand in brackets, and the path may end in a slash`() throws {
        let (settings, _) = try Self.merging(flags: ["host": "[::1]", "path": "/bayeux/"])

        #expect(settings.host == "::1")
        #expect(settings.path == "/bayeux")
    }

    @Test func `extensions are a list of different known ones, or none`() throws {
        #expect(try Self.merging(flags: ["extensions": "timestamp, ack"]).settings.extensions == [.timestamp, .ack])
        #expect(try Self.merging(flags: ["extensions": "none"]).settings.extensions.isEmpty)
        for text in ["", "ack,ack", "acks", "ack,none"] {
            #expect(throws: CommandFailure.self) { try Self.merging(flags: ["extensions": text]) }
        }
    }

    @Test func `the demo needs room beside the server`() {
        #expect(throws: CommandFailure.self) { try Self.merging(flags: ["demo": "true", "path": "/"]) }
    }

    private static func merging(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) throws(CommandFailure) -> (settings: ServeSettings, warnings: [String]) {
        var configuration: ConfigurationFile?
        if let file { configuration = try ConfigurationFile(path: "server.json", data: Data(file.utf8)) }
        return try ServeSettings.merging(
            flags: flags,
            variables: EnvironmentVariables(environment),
            file: configuration
        )
    }

    private static func text(_ name: String, in settings: ServeSettings) throws -> String {
        try #require(ServeSettings.table.options.first { $0.name == name }).text(in: settings)
    }
}

import Testing

@testable import cometd

@Suite("FlagArguments")
struct FlagArgumentsTests {
    @Test func `a value follows its flag, or an equals sign`() throws {
        let values = try Self.values(["--max-interval", "10s", "--ws-idle-timeout=60s", "--mime-type=a=b"])

        #expect(values == ["maxInterval": "10s", "ws.idleTimeout": "60s", "mimeType": "a=b"])
    }

    @Test func `a negative number is a value`() throws {
        #expect(
            try Self.values(["--max-queue", "-1", "--max-processing=-1"]) == ["maxQueue": "-1", "maxProcessing": "-1"]
        )
    }

    @Test func `an empty value is one`() throws {
        #expect(
            try Self.values(["--browser-cookie-path=", "--ws-protocol", ""]) == [
                "browserCookiePath": "", "ws.protocol": "",
            ]
        )
    }

    @Test func `a switch without value is on`() throws {
        let values = try Self.values(["--trust-client-session", "--json-debug", "false", "--handshake-reconnect"])

        #expect(values == ["trustClientSession": "true", "jsonDebug": "false", "handshakeReconnect": "true"])
    }

    @Test func `the last of several equal flags counts`() throws {
        #expect(try Self.values(["--timeout", "1s", "--timeout", "2s"]) == ["timeout": "2s"])
    }

    @Test(arguments: [
        (["--max-intervall", "1s"], "unknown option '--max-intervall' (did you mean '--max-interval'?)"),
        (["--idle-timeout", "1s"], "unknown option '--idle-timeout' (did you mean '--ws-idle-timeout'?)"),
        (["--prot", "1"], "unknown option '--prot' (did you mean '--port'?)"),
        (["--MaxInterval", "1s"], "unknown option '--MaxInterval' (did you mean '--max-interval'?)"),
        (["--somethingElse=1"], "unknown option '--somethingElse'"),
        (["-x"], "unknown option '-x'"),
        (["--"], "unknown option '--'"),
        (["extra"], "unexpected argument 'extra'"),
        (["--timeout", "1s", "extra\n"], #"unexpected argument 'extra\n'"#),
        (["--timeout"], "missing value for '--timeout'"),
        (["--timeout", "--interval", "0"], "missing value for '--timeout'"),
    ])
    func `what cannot be understood is told in one line`(arguments: [String], message: String) {
        #expect(throws: CommandFailure(.usage, message)) { try Self.values(arguments) }
    }

    private static func values(_ arguments: [String]) throws(CommandFailure) -> [String: String] {
        try FlagArguments(arguments, flags: ServeSettings.flags, otherFlags: ["config"]).values
    }
}

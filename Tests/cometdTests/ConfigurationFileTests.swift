import Foundation
import Testing

@testable import cometd

@Suite("ConfigurationFile")
struct ConfigurationFileTests {
    @Test func `names may be written whole or as objects within objects`() throws {
        let file = try Self.file(
            #"{"timeout": 1, "ws": {"idleTimeout": "2s", "enableExtension": {"a-b": true}}, "long-polling.json.timeout": 3}"#
        )

        #expect(
            file.values == [
                "timeout": "1", "ws.idleTimeout": "2s", "ws.enableExtension.a-b": "true",
                "long-polling.json.timeout": "3",
            ]
        )
        #expect(file.names == Set(file.values.keys))
    }

    @Test(arguments: [
        ("10000", "10000"), ("1e4", "10000"), ("5000.0", "5000"), ("1.5", "1.5"), ("-1", "-1"), ("\"10s\"", "10s"),
        ("false", "false"), ("[]", ""), (#"["a", 1, true]"#, "a,1,true"), ("\"\"", ""),
    ])
    func `numbers, texts, bools and lists are values`(json: String, text: String) throws {
        #expect(try Self.file("{\"a\": \(json)}").values == ["a": text])
    }

    @Test func `null stands for the default, but its name is checked`() throws {
        let file = try Self.file(#"{"maxInterval": null, "oops": null}"#)

        #expect(file.values.isEmpty)
        #expect(throws: CommandFailure(.usage, "server.json: unknown option 'oops'")) {
            try file.check(names: ["maxInterval"])
        }
    }

    @Test(arguments: [
        (#"{"a": 1, b}"#, CommandFailure.Code.failure, "malformed JSON, line 1, column 10"),
        ("{\n  \"a\": 1,\n  oops\n}", .failure, "malformed JSON, line 3, column 3"),
        ("", .failure, "malformed JSON, line 1, column 1"),
        ("[1]", .failure, "it holds no JSON object"),
        (#"{"ws": {"timeout": 1}, "ws.timeout": 2}"#, .usage, #""ws.timeout" is set twice"#),
        (#"{"a": [[1]]}"#, .usage, #""a" is neither a text nor a number nor a list of them"#),
    ])
    func `what cannot be used is told with its place`(json: String, code: CommandFailure.Code, reason: String) {
        #expect(throws: CommandFailure(code, "cannot use 'server.json': \(reason)")) { try Self.file(json) }
    }

    @Test func `a file that cannot be read is told with the reason`() {
        let missing = "no-such-folder/server.json"
        #expect(throws: CommandFailure(.failure, "cannot read '\(missing)': no such file or directory")) {
            try ConfigurationFile(path: missing)
        }
        let folder = FileManager.default.temporaryDirectory.path
        #expect(throws: CommandFailure(.failure, "cannot read '\(folder)': is a directory")) {
            try ConfigurationFile(path: folder)
        }
    }

    private static func file(_ json: String) throws(CommandFailure) -> ConfigurationFile {
        try ConfigurationFile(path: "server.json", data: Data(json.utf8))
    }
}

import CometDClient
import CometDClientNIO
import NIOHTTP1
import Testing

/// The snippets of CometDClient.md and CometDClientNIO.md.
@Suite struct ClientIndexSnippets {
    /// The example of CometDClient.md.
    private func chat() async throws {
        let client = try BayeuxClient("http://127.0.0.1:8080/cometd")
        try await client.handshake()
        let lines = client.messages(on: "/chat/{room}", as: Line.self)
        try await lines.waitUntilSubscribed()
        try await client.publish(Line(text: "hello"), to: "/chat/tea")
        for try await line in lines {
            print(line.parameters["room"] ?? "", line.value.text)
        }
    }

    /// The example of CometDClientNIO.md.
    private func connect() async throws {
        var connection = ConnectionOptions()
        connection.headers.add(name: "Authorization", value: "Bearer secret")
        let client = try BayeuxClient("https://example.com/cometd", connection: connection)
        try await client.handshake()
    }

    @Test func `a client in ten lines hears itself`() async throws {
        try await LiveServer.withClient { client in
            let lines = client.messages(on: "/chat/{room}", as: Line.self)
            try await lines.waitUntilSubscribed()
            try await client.publish(Line(text: "hello"), to: "/chat/tea")
            for try await line in lines {
                #expect(line.parameters["room"] == "tea" && line.value.text == "hello")
                break
            }
        }
    }
}

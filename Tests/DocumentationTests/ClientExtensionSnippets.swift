import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import Testing

/// Puts a token into handshakes.
struct Credentials: ClientExtension {
    let token: @Sendable () -> String

    func outgoing(_ message: inout BayeuxMessage) throws -> Bool {
        guard message.channel == "/meta/handshake" else { return true }
        // Others may have put something in.
        var ext: JSONObject = [:]
        if case .object(let present) = message.ext?.value() { ext = present }
        ext["token"] = .string(self.token())
        message.ext = JSONBytes(.object(ext))
        return true
    }
}

/// The snippets of ClientExtensions.md.
@Suite(.timeLimit(.minutes(1))) struct ClientExtensionSnippets {
    @Test func `the stock extensions work`() async throws {
        try await LiveServer.running { live in
            let ack = AcknowledgementClientExtension()
            var options = ClientOptions()
            options.extensions = [ack, TimestampClientExtension()]
            let timesync = TimesyncClientExtension()
            options.extensions.append(timesync)
            let client = try BayeuxClient(live.url, options: options)
            try await client.handshake()
            #expect(ack.isAcknowledged)
            let noon = timesync.serverTime + .seconds(60)
            let untilNoon = timesync.duration(untilServerTime: noon)
            #expect(untilNoon <= .seconds(60) && untilNoon > .zero)
            await client.disconnect()
        }
    }

    @Test func `credentials go beside what other extensions say`() async throws {
        try await LiveServer.running { live in
            live.server.addListener(
                .sessionAdded { session, handshake in
                    session.attributes["token"] = handshake.ext?["token"]?.stringValue
                }
            )
            let ack = AcknowledgementClientExtension()
            var options = ClientOptions()
            options.extensions = [Credentials { "secret" }, ack]
            let client = try BayeuxClient(live.url, options: options)
            try await client.handshake()
            let session = try #require(await live.server.session(client.clientID ?? ""))
            #expect(session.attributes["token", as: String.self] == "secret")
            #expect(ack.isAcknowledged)
            await client.disconnect()
        }
    }

    @Test func `a message that an extension deletes is told to its sender`() async throws {
        struct Silence: ClientExtension {
            func outgoing(_ message: inout BayeuxMessage) throws -> Bool {
                message.channel?.hasPrefix("/meta/") == true
            }
        }
        try await LiveServer.withClient { client in
            let token = await client.addExtension(Silence())
            let error = await #expect(throws: ClientError.self) { try await client.publish("x", to: "/any") }
            #expect(error?.code == .deleted)
            await client.removeExtension(token)
            try await client.publish("x", to: "/any")
        }
    }
}

import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import Testing

/// The snippets of MessagesAndSubscriptions.md.
@Suite(.timeLimit(.minutes(1))) struct ClientMessageSnippets {
    /// Prints until the client is disconnected.
    private func readLines(_ client: BayeuxClient) async throws {
        let lines = client.messages(on: "/chat/{room}", as: Line.self)
        try await lines.waitUntilSubscribed()
        for try await line in lines {
            print(line.parameters["room"] ?? "", line.value.text)
        }
    }

    /// Prints why handshakes fail, until the client is disconnected.
    private func readRefusals(_ client: BayeuxClient) async throws {
        for try await reply in client.messages(on: "/meta/handshake") where reply.isSuccessful == false {
            print(reply.error ?? "")
        }
    }

    /// Publishes numbers, and waits until they have come to a client's subscribers.
    ///
    /// - Parameters:
    ///   - numbers: The payloads.
    ///   - channel: Where to.
    ///   - reader: The client.
    ///   - pattern: What it has subscribed to.
    ///   - live: The server.
    /// - Throws: What fails.
    private static func publish(
        _ numbers: ClosedRange<Int>,
        to channel: String,
        for reader: BayeuxClient,
        _ pattern: String,
        by live: LiveServer
    ) async throws {
        // Behind those who subscribed before: when this one gets a message, they have got it.
        let all = reader.messages(on: pattern)
        try await all.waitUntilSubscribed()
        let writer = try BayeuxClient(live.url)
        try await writer.handshake()
        try await writer.batch { batch in
            for number in numbers { try batch.publish(number, to: channel) }
        }
        var left = numbers.count
        for try await _ in all {
            left -= 1
            if left == 0 { break }
        }
        await writer.disconnect()
    }

    @Test func `sequences end with the session`() async throws {
        try await LiveServer.withClient { client in
            async let lines: Void = self.readLines(client)
            async let refusals: Void = self.readRefusals(client)
            try await client.wait(for: .connected)
            try await client.publish(Line(text: "hello"), to: "/chat/tea")
            await client.disconnect()
            _ = try await (lines, refusals)
        }
    }

    @Test func `a handler gets messages until it is unsubscribed`() async throws {
        try await LiveServer.withClient { client in
            let subscription = try await client.subscribe(to: "/alerts") { message in
                print(message.data?.stringValue ?? "")
            }
            try await client.publish("fire", to: "/alerts")
            try await subscription.unsubscribe()
        }
    }

    @Test func `only the newest prices wait`() async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url)
            try await client.handshake()
            let prices = client.messages(on: "/stock/*", as: Int.self, buffering: .newest(100))
            try await prices.waitUntilSubscribed()
            try await Self.publish(1...150, to: "/stock/acme", for: client, "/stock/*", by: live)
            for try await price in prices {
                #expect(price.value == 51)
                break
            }
            await client.disconnect()
        }
    }

    @Test func `a sequence that is not read fails rather than leave something out`() async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url)
            try await client.handshake()
            let numbers = client.messages(on: "/numbers", as: Int.self, buffering: .failing(beyond: 2))
            try await numbers.waitUntilSubscribed()
            try await Self.publish(1...4, to: "/numbers", for: client, "/numbers", by: live)
            var read: [Int] = []
            let error = await #expect(throws: ClientError.self) {
                for try await number in numbers { read.append(number.value) }
            }
            #expect(error?.code == .overflow)
            #expect(read == [1, 2])
            await client.disconnect()
        }
    }

    @Test func `what is delivered to one client needs no subscription`() async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url)
            let greetings = client.messages(on: "/service/greeting")
            try await client.handshake()
            let session = try #require(await live.server.session(client.clientID ?? ""))
            session.deliver(JSONBytes(.string("hello")), on: "/service/greeting")
            for try await greeting in greetings {
                #expect(greeting.data?.stringValue == "hello")
                break
            }
            await client.disconnect()
        }
    }
}

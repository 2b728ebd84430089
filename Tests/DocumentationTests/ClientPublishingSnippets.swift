import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import Testing

/// The snippets of PublishingAndCalls.md.
@Suite(.timeLimit(.minutes(1))) struct ClientPublishingSnippets {
    @Test func `messages are published, alone and together`() async throws {
        try await LiveServer.withClient { client in
            let lines = client.messages(on: "/chat/tea", as: Line.self)
            try await lines.waitUntilSubscribed()
            try await client.publish(Line(text: "hello"), to: "/chat/tea")
            try await client.publish(JSONBytes(["text": "hello"]), to: "/chat/tea")

            var message = BayeuxMessage(channel: "/chat/tea", data: JSONBytes(["text": "hello"]))
            message.ext = JSONBytes(["priority": 1])
            let reply = try await client.publish(message)
            #expect(reply.isSuccessful == true)

            try await client.batch { batch in
                try batch.publish(Line(text: "one"), to: "/chat/tea")
                try batch.publish(Line(text: "two"), to: "/chat/tea")
            }
            var texts: [String] = []
            for try await line in lines {
                texts.append(line.value.text)
                if texts.count == 5 { break }
            }
            #expect(texts == ["hello", "hello", "hello", "one", "two"])
        }
    }

    @Test func `one who listens to a channel gets what is published there, and no replies`() async throws {
        try await LiveServer.withClient { client in
            let messages = client.messages(on: "/chat/tea")
            try await messages.waitUntilSubscribed()
            for text in ["one", "two", "three"] { try await client.publish(text, to: "/chat/tea") }
            var texts: [String?] = []
            for try await message in messages {
                texts.append(message.data?.stringValue)
                if texts.count == 3 { break }
            }
            #expect(texts == ["one", "two", "three"])
        }
    }

    @Test func `a function is called`() async throws {
        try await LiveServer.withClient { server in
            try server.addRemoteCall("sum") { call in try call.data(as: [Int].self).reduce(0, +) }
        } _: { client in
            let sum: Int = try await client.call("sum", with: [1, 2, 3], timeout: .seconds(5))
            #expect(sum == 6)
        }
    }

    @Test func `bytes are published`() async throws {
        try await LiveServer.withClient { client in
            let bytes: [UInt8] = [1, 2, 3, 4, 5]
            let files = client.messages(on: "/files", as: BinaryData.self)
            try await files.waitUntilSubscribed()
            try await client.publish(BinaryData(bytes, metadata: ["name": "logo.png"]), to: "/files")
            for try await file in files {
                #expect(file.value == BinaryData(bytes, metadata: ["name": "logo.png"]))
                break
            }
        }
    }

    /// The example of publishing and receiving bytes.
    private func sendLogo(_ bytes: [UInt8], _ client: BayeuxClient) async throws -> TypedMessageSequence<BinaryData> {
        try await client.publish(BinaryData(bytes, metadata: ["name": "logo.png"]), to: "/files")
        let files = client.messages(on: "/files", as: BinaryData.self)
        return files
    }

    /// The example of acting on failures.
    private func sayHello(_ client: BayeuxClient) async throws {
        do {
            try await client.publish(Line(text: "hello"), to: "/chat/tea")
        } catch let error as ClientError where error.code == .refused {
            print("the server says no:", error.message)
        } catch let error as ClientError where error.code == .connectionLost || error.code == .timeout {
            print("perhaps published")
        }
    }

    @Test func `what the server refuses can be told from other failures`() async throws {
        try await LiveServer.withClient { server in
            try server.channel("/chat/tea").addAuthorizer(.deciding { _ in .deny(reason: "closed") })
        } _: { client in
            try await self.sayHello(client)
            await client.disconnect()
            let error = await #expect(throws: ClientError.self) { try await self.sayHello(client) }
            #expect(error?.code == .notConnected)
        }
    }

    @Test(arguments: ["/chat/*", "/meta/connect", "/chat/{room}", "chat"])
    func `there are names that nothing can be published to`(name: String) async throws {
        let client = try BayeuxClient("http://127.0.0.1:1/cometd")
        let error = await #expect(throws: ClientError.self) { try await client.publish(Line(text: ""), to: name) }
        #expect(error?.code == .channelInvalid)
    }
}

import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import NIOCore
import Testing

private struct Line: Codable, Hashable, Sendable {
    var text: String
}

private let transports: [ConnectionType] = [.webSocket, .longPolling]

/// What clients and servers say to each other, over each transport.
@Suite("A client over sockets", .timeLimit(.minutes(2)))
struct ConversationTests {
    @Test(arguments: transports)
    func `a handshake makes a session`(over connectionType: ConnectionType) async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url(), options: .only(connectionType))
            #expect(client.state == .disconnected)

            try await client.handshake()
            try await client.wait(for: .connected)

            #expect(client.clientID != nil)
            #expect(client.connectionType == connectionType)
            #expect(client.serverConnectionTypes?.contains(connectionType) == true)
            await client.disconnect()
            #expect(client.state == .disconnected)
            #expect(client.clientID == nil)
        }
    }

    @Test(arguments: transports)
    func `what is published comes to subscribers`(over connectionType: ConnectionType) async throws {
        try await LiveServer.running { live in
            let reader = try BayeuxClient(live.url(), options: .only(connectionType))
            let writer = try BayeuxClient(live.url(), options: .only(connectionType))
            try await reader.handshake()
            try await writer.handshake()
            let messages = reader.messages(on: "/chat/{room}", as: Line.self)
            try await messages.waitUntilSubscribed()

            try await writer.publish(Line(text: "one"), to: "/chat/tea")
            try await writer.batch { batch in
                try batch.publish(Line(text: "two"), to: "/chat/tea")
                try batch.publish("no line", to: "/chat/tea")
                try batch.publish(Line(text: "three"), to: "/chat/cake")
            }

            var received: [String] = []
            for try await message in messages {
                received.append("\(message.parameters["room"] ?? "") \(message.value.text)")
                if received.count == 3 { break }
            }
            #expect(received == ["tea one", "tea two", "cake three"])
            await reader.disconnect()
            await writer.disconnect()
        }
    }

    @Test(arguments: transports)
    func `a remote call brings its result, its failure or nothing in time`(
        over connectionType: ConnectionType
    ) async throws {
        try await LiveServer.running { server in
            try server.addRemoteCall("upper") { call in try call.data(as: String.self).uppercased() }
            try server.addRemoteCall("refuse") { call -> String in throw RemoteCallFailure("not today") }
        } _: { live in
            let client = try BayeuxClient(live.url(), options: .only(connectionType))
            try await client.handshake()

            #expect(try await client.call("upper", with: "tea", as: String.self) == "TEA")
            let failure = await #expect(throws: ClientError.self) {
                try await client.call("refuse", with: "tea", as: String.self)
            }
            #expect(failure?.code == .callFailed)
            #expect(failure?.data?.stringValue == "not today")
            let timeout = await #expect(throws: ClientError.self) {
                try await client.call("nobody", with: 1, as: String.self, timeout: .milliseconds(50))
            }
            #expect(timeout?.code == .timeout)
            await client.disconnect()
        }
    }

    @Test(arguments: transports)
    func `what the server refuses is told to the one who asked`(over connectionType: ConnectionType) async throws {
        try await LiveServer.running { server in
            try server.channel("/closed").addAuthorizer(.deciding { _ in .deny(reason: "closed today") })
        } _: { live in
            let client = try BayeuxClient(live.url(), options: .only(connectionType))
            try await client.handshake()

            let publish = await #expect(throws: ClientError.self) { try await client.publish("x", to: "/closed") }
            #expect(publish?.code == .refused)
            #expect(publish?.message == "403:closed today:publish denied")
            let subscribe = await #expect(throws: ClientError.self) {
                for try await _ in client.messages(on: "/closed") { Issue.record("a message came") }
            }
            #expect(subscribe?.code == .refused)
            await client.disconnect()
        }
    }

    @Test(arguments: transports)
    func `binary data goes there and back`(over connectionType: ConnectionType) async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url(), options: .only(connectionType))
            try await client.handshake()
            let messages = client.messages(on: "/files", as: BinaryData.self)
            try await messages.waitUntilSubscribed()
            let bytes = BinaryData((0...255).map { UInt8($0) }, metadata: ["name": "all"])

            try await client.publish(bytes, to: "/files")

            var iterator = messages.makeAsyncIterator()
            #expect(try await iterator.next()?.value == bytes)
            await client.disconnect()
        }
    }

    @Test(arguments: transports)
    func `messages of the server to one client need no subscription`(over connectionType: ConnectionType) async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url(), options: .only(connectionType))
            let messages = client.messages(on: "/service/private")
            try await client.handshake()
            try await client.wait(for: .connected)

            let session = try #require(await live.server.session(client.clientID ?? ""))
            session.deliver(JSONBytes(.string("psst")), on: "/service/private")

            var iterator = messages.makeAsyncIterator()
            #expect(try await iterator.next()?.data?.stringValue == "psst")
            await client.disconnect()
        }
    }
}

import Bayeux
import CometDServer
import CometDTestKit
import Foundation
import NIOCore
import Testing

/// The snippets of Payloads.md.
@Suite struct PayloadSnippets {
    private let test = TestServer()

    private struct Headline: Codable, Sendable { var title: String }

    private struct Meeting: Codable, Sendable { var start: Date }

    /// Foundation's coders, with dates as texts.
    private struct FoundationCoder: PayloadCoder {
        func decode<Payload: Decodable>(_ type: Payload.Type, from json: JSONBytes) throws -> Payload {
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            return try decoder.decode(type, from: Data(json.buffer.readableBytesView))
        }

        func encode(_ payload: some Encodable) throws -> JSONBytes {
            let encoder = JSONEncoder()
            encoder.dateEncodingStrategy = .iso8601
            return try JSONBytes(String(decoding: encoder.encode(payload), as: UTF8.self))
        }
    }

    @Test func `a type comes in and goes out`() throws {
        let server = self.test.server
        let channel = try server.channel("/news")
        channel.addListener { sender, message in
            let headline = try message.data(as: Headline.self)
            return !headline.title.isEmpty
        }
        try channel.publish(Headline(title: "Rain"))
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.publish(id, to: "/news", data: #"{"title":""}"#)
        #expect(socket.takeMessages().first?["error"] == "404::message deleted")
        // What the article says of a listener that throws.
        socket.publish(id, to: "/news", data: "1")
        #expect(socket.takeMessages().first?["successful"] == "true")
    }

    @Test func `another library codes dates`() throws {
        let server = self.test.server
        let channel = try server.channel("/meetings")
        let received = BayeuxMessage(channel: "/meetings", data: try JSONBytes(#"{"start":"2026-11-20T12:00:00Z"}"#))
        let meeting = try received.data(as: Meeting.self, using: FoundationCoder())
        channel.publish(try JSONBytes(encoding: meeting, using: FoundationCoder()))
        #expect(try JSONBytes(encoding: meeting, using: FoundationCoder()).description.contains("2026-11-20T12"))
    }

    @Test func `bytes are delivered`() async throws {
        let clientID = self.test.openWebSocket().handshakeAndConnect()
        let session = try #require(await self.test.server.session(clientID))
        let image: [UInt8] = [1, 2, 3, 4]
        session.deliver(BayeuxMessage(channel: "/image", binary: BinaryData(image)))
    }
}

import CometDTestKit
import NIOCore
import NIOHTTP1

@testable import CometDServerNIO

/// A client with a session, over whatever carries its messages.
protocol WirePeer: AnyObject {
    var clientID: String { get set }

    /// Sends a message and waits for its reply.
    func ask(_ message: String) async throws -> TestMessage

    /// Sends a connect that the server is going to hold.
    func hold() async throws

    /// Waits until the held connect is answered.
    ///
    /// - Returns: Its reply.
    func connectReply() async throws -> TestMessage

    /// Waits for the next message on a channel that was subscribed to, while a connect is held.
    func delivery() async throws -> TestMessage
}

extension WirePeer {
    var connectMessage: String {
        #"{"channel":"/meta/connect","clientId":"\#(self.clientID)","connectionType":"long-polling"}"#
    }

    /// Handshakes and sends the first connect, which is answered at once.
    func open() async throws {
        let reply = try await self.ask(#"{"channel":"/meta/handshake","version":"1.0"}"#)
        self.clientID = reply["clientId"] ?? ""
        _ = try await self.ask(self.connectMessage)
    }

    func subscribe(_ channel: String) async throws -> TestMessage {
        try await self.ask(
            #"{"channel":"/meta/subscribe","clientId":"\#(self.clientID)","subscription":"\#(channel)"}"#
        )
    }

    func publish(_ data: String, to channel: String) async throws -> TestMessage {
        try await self.ask(#"{"channel":"\#(channel)","clientId":"\#(self.clientID)","data":\#(data)}"#)
    }

    func disconnect() async throws -> TestMessage {
        try await self.ask(#"{"channel":"/meta/disconnect","clientId":"\#(self.clientID)"}"#)
    }
}

/// The answer is not what a client can go on with.
struct WireFailure: Error {
    var text: String
}

/// A client of long-polling.
final class WirePollingPeer: WirePeer {
    let client: WireHTTPClient
    var clientID = ""
    var cookie: String?
    private(set) var held: WireHTTPClient.Exchange?
    private var deliveries: [TestMessage] = []

    init(_ client: WireHTTPClient) { self.client = client }

    var headers: HTTPHeaders { self.cookie.map { ["cookie": $0] } ?? [:] }

    func ask(_ message: String) async throws -> TestMessage {
        let answer = try await self.client.exchange(.POST, "/cometd", self.headers, body: "[\(message)]")
        if let cookie = answer.headers.first(name: "set-cookie") { self.cookie = String(cookie.prefix { $0 != ";" }) }
        return try self.reply(in: answer)
    }

    func hold() async throws {
        self.held = try await self.client.start(.POST, "/cometd", self.headers, body: "[\(self.connectMessage)]")
    }

    func connectReply() async throws -> TestMessage {
        guard let held = self.held else { throw WireFailure(text: "no connect is held") }
        self.held = nil
        return try self.reply(in: try await held.answer())
    }

    func delivery() async throws -> TestMessage {
        while self.deliveries.isEmpty {
            _ = try await self.connectReply()
            try await self.hold()
        }
        return self.deliveries.removeFirst()
    }

    private func reply(in answer: WireHTTPClient.Answer) throws -> TestMessage {
        let messages = TestMessage.read(answer.body)
        self.deliveries += messages.filter { $0["successful"] == nil }
        guard answer.status == 200, let reply = messages.first(where: { $0["successful"] != nil }) else {
            throw WireFailure(text: "\(answer)")
        }
        return reply
    }
}

/// A client of the WebSocket transport.
final class WireSocketPeer: WirePeer {
    private let socket: WireWebSocket
    private var reader: WireWebSocket.Reader
    var clientID = ""
    private var deliveries: [TestMessage] = []

    init(_ socket: WireWebSocket) {
        self.socket = socket
        self.reader = socket.reader()
    }

    func ask(_ message: String) async throws -> TestMessage {
        try await self.socket.send(WebSocketClientFrame(.text, "[\(message)]"))
        return try await self.next { $0["successful"] != nil }
    }

    func hold() async throws {
        try await self.socket.send(WebSocketClientFrame(.text, "[\(self.connectMessage)]"))
    }

    func connectReply() async throws -> TestMessage {
        try await self.next { $0["channel"] == "/meta/connect" }
    }

    func delivery() async throws -> TestMessage {
        self.deliveries.isEmpty ? try await self.next { $0["successful"] == nil } : self.deliveries.removeFirst()
    }

    private func next(_ isWanted: (TestMessage) -> Bool) async throws -> TestMessage {
        while let frame = await self.reader.next() {
            guard frame.opcode == .text else { throw WireFailure(text: "\(frame)") }
            let messages = TestMessage.read(frame.text)
            if let wanted = messages.first(where: isWanted) {
                self.deliveries += messages.filter { $0 != wanted && $0["successful"] == nil }
                return wanted
            }
            self.deliveries += messages.filter { $0["successful"] == nil }
        }
        throw WireFailure(text: "closed")
    }
}

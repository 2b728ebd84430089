import Bayeux
import CometDTestKit
import NIOCore

/// A client of the demo, on a WebSocket without a socket.
struct DemoPeer {
    let socket: TestWebSocket
    let clientID: String

    init(_ test: TestServer, subscribedTo channels: String...) {
        self.socket = test.openWebSocket()
        self.clientID = self.socket.handshakeAndConnect()
        for channel in channels { self.socket.subscribe(self.clientID, to: channel) }
    }

    /// Sends a connect, which is held: so the session lives for some time.
    func holdConnect() {
        self.socket.send(
            #"[{"channel":"/meta/connect","clientId":"\#(self.clientID)","connectionType":"websocket"}]"#
        )
    }

    /// Publishes, and takes what comes back at once.
    func publish(_ data: String, to channel: String) -> [TestMessage] {
        self.socket.exchange(#"[{"channel":"\#(channel)","clientId":"\#(self.clientID)","id":"1","data":\#(data)}]"#)
    }

    /// Publishes; the error of the reply, or nothing when it is successful.
    func error(publishing data: String, to channel: String, ext: String = "{}") -> String {
        let messages = self.socket.exchange(
            #"[{"channel":"\#(channel)","clientId":"\#(self.clientID)","id":"1","data":\#(data),"ext":\#(ext)}]"#
        )
        return messages.first { $0["successful"] != nil }?["error"] ?? ""
    }

    /// Joins a room of the chat, and takes what comes back at once.
    @discardableResult
    func join(_ name: String, _ room: String = "/chat/demo") -> [TestMessage] {
        self.publish(#"{"user":"\#(name)","room":"\#(room)"}"#, to: "/service/members")
    }

    /// The payloads of messages that have come on a channel since they were last taken.
    func take(_ channel: String) -> [String] { Self.data(of: self.socket.takeMessages(), on: channel) }

    /// The payloads of messages on a channel.
    static func data(of messages: [TestMessage], on channel: String) -> [String] {
        messages.compactMap { message in
            guard message["channel"] == channel, message["successful"] == nil else { return nil }
            return message.json["data"].map { String(buffer: $0.buffer) }
        }
    }
}

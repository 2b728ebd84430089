import Bayeux
import NIOCore

/// The texts that all sessions of a generator send, as far as they are the same.
struct RequestTexts {
    /// The only message of a handshake.
    let handshake: ByteBuffer
    /// The request that makes a connection a WebSocket.
    let upgrade: ByteBuffer
    /// The beginning of every HTTP request, up to the value of `Content-Length`; a cookie may follow `Host`.
    let postStart: ByteBuffer
    let postEnd: ByteBuffer
    /// The beginning of a published message, up to the number of its room.
    let publishStart: ByteBuffer
    /// From the number of the room to the stamp.
    let publishMiddle: ByteBuffer
    /// From the stamp to the id.
    let publishEnd: ByteBuffer
    private let root: String
    private let connectStart: ByteBuffer
    private let acknowledges: Bool

    init(_ plan: LoadPlan) {
        let type = plan.transport.rawValue
        let ext = plan.acknowledges ? #","ext":{"ack":true}"# : ""
        self.handshake = ByteBuffer(
            string: #"[{"channel":"/meta/handshake","version":"1.0","minimumVersion":"1.0","#
                + #""supportedConnectionTypes":["\#(type)"],"id":"1"\#(ext)}]"#
        )
        let host = "Host: \(plan.target.authority)\r\n"
        // The key is any 16 bytes in base 64: nothing depends on its being random.
        self.upgrade = ByteBuffer(
            string: "GET \(plan.target.path) HTTP/1.1\r\n\(host)Upgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y29tZXRkIGJlbmNobWFyaw==\r\n\r\n"
        )
        self.postStart = ByteBuffer(
            string: "POST \(plan.target.path) HTTP/1.1\r\n\(host)Content-Type: application/json;charset=UTF-8\r\n"
        )
        self.postEnd = ByteBuffer(string: "\r\n\r\n")
        self.root = plan.rootChannel
        self.publishStart = ByteBuffer(string: #"{"channel":"\#(plan.rootChannel)/"#)
        self.publishMiddle = ByteBuffer(string: #"","data":{"b":""#)
        self.publishEnd = ByteBuffer(
            string: #"","p":"\#(String(repeating: "x", count: plan.messageSize))"},"id":""#
        )
        self.connectStart = ByteBuffer(string: #"[{"channel":"/meta/connect","connectionType":"\#(type)","id":"2","#)
        self.acknowledges = plan.acknowledges
    }

    /// A connect.
    ///
    /// - Parameters:
    ///   - session: The member that names the session.
    ///   - isFirst: Whether it is to be answered at once, which not all servers do by themselves.
    ///   - acknowledged: The last batch that the session has got.
    ///   - buffer: What it is appended to.
    func writeConnect(_ session: ByteBuffer, isFirst: Bool, acknowledged: Int, to buffer: inout ByteBuffer) {
        buffer.writeImmutableBuffer(self.connectStart)
        buffer.writeImmutableBuffer(session)
        if isFirst { buffer.writeStaticString(#","advice":{"timeout":0}"#) }
        if self.acknowledges { buffer.writeString(#","ext":{"ack":\#(acknowledged)}"#) }
        buffer.writeStaticString("}]")
    }

    /// A request to subscribe to rooms.
    func writeSubscribe(_ session: ByteBuffer, rooms: [Int], to buffer: inout ByteBuffer) {
        buffer.writeStaticString(#"[{"channel":"/meta/subscribe","id":"3","subscription":["#)
        for (index, room) in rooms.enumerated() {
            if index > 0 { buffer.writeStaticString(",") }
            buffer.writeString("\"\(self.root)/\(room)\"")
        }
        buffer.writeStaticString("],")
        buffer.writeImmutableBuffer(session)
        buffer.writeStaticString("}]")
    }

    /// A request to end the session.
    func writeDisconnect(_ session: ByteBuffer, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(#"[{"channel":"/meta/disconnect","id":"4","#)
        buffer.writeImmutableBuffer(session)
        buffer.writeStaticString("}]")
    }

    /// One message of a batch, without what stands around it.
    func writePublish(_ session: ByteBuffer, room: Int, stamp: MessageStamp, to buffer: inout ByteBuffer) {
        buffer.writeImmutableBuffer(self.publishStart)
        buffer.writeDecimal(room)
        buffer.writeImmutableBuffer(self.publishMiddle)
        stamp.write(to: &buffer)
        buffer.writeImmutableBuffer(self.publishEnd)
        buffer.writeDecimal(Int(stamp.sequence))
        buffer.writeStaticString("\",")
        buffer.writeImmutableBuffer(session)
        buffer.writeStaticString("}")
    }

    /// A whole HTTP request.
    func writePost(_ body: ByteBuffer, cookie: String, to buffer: inout ByteBuffer) {
        buffer.writeImmutableBuffer(self.postStart)
        if !cookie.isEmpty {
            buffer.writeStaticString("Cookie: ")
            buffer.writeString(cookie)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("Content-Length: ")
        buffer.writeDecimal(body.readableBytes)
        buffer.writeImmutableBuffer(self.postEnd)
        buffer.writeImmutableBuffer(body)
    }
}

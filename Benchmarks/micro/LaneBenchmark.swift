import Bayeux
import CometDServer
import CometDServerNIO
import Logging
import NIOCore
import NIOEmbedded

/// Connections without sockets, from the bytes of HTTP to the bytes of its answers.
struct LaneBenchmark {
    private let loop = EmbeddedEventLoop()
    private let server: BayeuxServer
    private let pipeline: BayeuxPipeline
    private let logger = Logger(label: "cometd-micro")

    init() {
        self.server = BayeuxServer(eventLoopGroup: self.loop)
        self.pipeline = BayeuxPipeline(
            server: self.server,
            path: "/cometd",
            options: ListenerOptions(),
            fallback: NotFoundLane()
        )
    }

    /// - Returns: Nanoseconds per `/meta/connect` that is posted and answered at once.
    func longPoll(_ iterations: Int) throws -> Double {
        let channel = try self.connect()
        let handshake = try self.ask(Self.post(#"[{"channel":"/meta/handshake"}]"#), channel)
        guard let cookie = handshake.firstValue(between: "BAYEUX_BROWSER=", and: ";"),
            let id = handshake.firstValue(between: #""clientId":""#, and: "\"")
        else { throw Unexpected(answer: handshake) }
        let connect = Self.post(
            #"[{"channel":"/meta/connect","clientId":"\#(id)","connectionType":"long-polling","advice":{"timeout":0},"id":"7"}]"#,
            cookie: cookie
        )
        return try CPUClock.best(of: iterations) { count in
            for _ in 0..<count {
                let answer = try self.ask(connect, channel)
                guard answer.readableBytes > 200 else { throw Unexpected(answer: answer) }
            }
        }
    }

    /// - Returns: Nanoseconds per new WebSocket: upgrade, handshake, first connect, and its closing.
    func open(_ iterations: Int) throws -> Double {
        try CPUClock.best(of: iterations) { count in
            for _ in 0..<count {
                let channel = try self.connect()
                _ = try self.ask(Self.upgrade, channel)
                let handshake = try self.ask(
                    Self.frame(
                        #"[{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["websocket"],"id":"1"}]"#
                    ),
                    channel
                )
                guard let id = handshake.firstValue(between: #""clientId":""#, and: "\"") else {
                    throw Unexpected(answer: handshake)
                }
                let connect =
                    #"[{"channel":"/meta/connect","clientId":"\#(id)","connectionType":"websocket","id":"2"}]"#
                _ = try self.ask(Self.frame(connect), channel)
                _ = try channel.finish(acceptAlreadyClosed: true)
                self.loop.run()
            }
        }
    }

    /// What the server should not have answered.
    private struct Unexpected: Error {
        let answer: ByteBuffer
    }

    private func connect() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(loop: self.loop)
        try self.pipeline.configure(channel, logger: self.logger)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
        return channel
    }

    private func ask(_ bytes: ByteBuffer, _ channel: EmbeddedChannel) throws -> ByteBuffer {
        try channel.writeInbound(bytes)
        self.loop.run()
        guard let answer = try channel.readOutbound(as: ByteBuffer.self) else {
            throw Unexpected(answer: ByteBuffer())
        }
        return answer
    }

    private static let upgrade = ByteBuffer(
        string: """
            GET /cometd HTTP/1.1\r
            Host: 127.0.0.1:8080\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r

            """
    )

    private static func post(_ body: String, cookie: String = "none") -> ByteBuffer {
        ByteBuffer(
            string: """
                POST /cometd HTTP/1.1\r
                Host: 127.0.0.1:8080\r
                Content-Type: application/json;charset=UTF-8\r
                Cookie: BAYEUX_BROWSER=\(cookie)\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """
        )
    }

    /// A frame of a client; its key of zeros changes nothing.
    private static func frame(_ text: String) -> ByteBuffer {
        var frame = ByteBuffer()
        if text.utf8.count < 126 {
            frame.writeMultipleIntegers(0x81 as UInt8, 0x80 | UInt8(text.utf8.count), 0 as UInt32)
        } else {
            frame.writeMultipleIntegers(0x81 as UInt8, 0xfe as UInt8, UInt16(text.utf8.count), 0 as UInt32)
        }
        frame.writeString(text)
        return frame
    }
}

extension ByteBuffer {
    /// The text between two others.
    fileprivate func firstValue(between start: String, and end: String) -> String? {
        let text = String(buffer: self)
        guard let opening = text.firstRange(of: start),
            let closing = text[opening.upperBound...].firstRange(of: end)
        else { return nil }
        return String(text[opening.upperBound..<closing.lowerBound])
    }
}

import Bayeux
import CometDServer
import CometDServerNIO
import NIOCore
import NIOEmbedded

/// Broadcasts from the server to WebSockets without sockets, whose frames are swallowed.
struct WebSocketBenchmark {
    /// Takes what would go to the socket.
    private final class Sink: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var bytes = 0

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            self.bytes += self.unwrapOutboundIn(data).readableBytes
            promise?.succeed()
        }
    }

    private struct Request: BayeuxContext {
        var remoteAddress: SocketAddress? { nil }
        var localAddress: SocketAddress? { nil }
        var uri: String { "/cometd" }

        func headers(_ name: String) -> [String] { [] }
    }

    private let loop = EmbeddedEventLoop()
    private let server: BayeuxServer
    private let channels: [EmbeddedChannel]
    private let sinks: [Sink]

    init(subscribers: Int, compresses: Bool) throws {
        let (loop, server) = (self.loop, BayeuxServer(eventLoopGroup: self.loop))
        self.server = server
        let sinks = (0..<subscribers).map { _ in Sink() }
        self.sinks = sinks
        self.channels = try sinks.map { sink in
            let channel = EmbeddedChannel(loop: loop)
            try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
            let connection = WebSocketConnection(
                server: server,
                context: Request(),
                eventLoop: loop,
                deflate: compresses ? PerMessageDeflate() : nil
            )
            try channel.pipeline.syncOperations.addHandlers([sink, connection])
            func send(_ text: String) throws {
                var frame = ByteBuffer()
                // The key of zeros changes nothing.
                frame.writeMultipleIntegers(0x81 as UInt8, 0xfe as UInt8, UInt16(text.utf8.count), 0 as UInt32)
                frame.writeString(text)
                try channel.writeInbound(frame)
                loop.run()
            }
            try send(#"[{"channel":"/meta/handshake","version":"1.0"}]"#)
            let id = connection.session?.id ?? ""
            try send(#"[{"channel":"/meta/connect","clientId":"\#(id)","connectionType":"websocket"}]"#)
            try send(#"[{"channel":"/meta/subscribe","clientId":"\#(id)","subscription":"/news"}]"#)
            return channel
        }
    }

    /// - Returns: Nanoseconds per broadcast of 1 kB of JSON, its encoding and all writes included.
    func publish(_ iterations: Int) throws -> Double {
        let channel = try self.server.channel("/news")
        let trades = (0..<16).map { number in
            let price = 1000 + number * number * 37 % 977
            return
                #"{"symbol":"AB\#(number * 7 % 10)X","price":\#(price).25,"volume":\#(number * 7919 % 5000),"at":"12:\#(10 + number):07"}"#
        }
        let data = try JSONBytes(checking: ByteBuffer(string: "[" + trades.joined(separator: ",") + "]"))
        let before = self.sinks.map(\.bytes)
        let nanoseconds = CPUClock.best(of: iterations) { count in
            for _ in 0..<count {
                channel.publish(data)
                self.loop.run()
            }
        }
        let written = zip(self.sinks, before).map { ($0.bytes - $1) / (max(1, iterations / 10) * 10) }
        precondition(written.allSatisfy { $0 == written[0] && $0 > 0 }, "not all have got all")
        print("  \(data.buffer.readableBytes) bytes of data in frames of \(written[0])")
        return nanoseconds
    }
}

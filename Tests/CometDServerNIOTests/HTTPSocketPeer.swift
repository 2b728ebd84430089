import NIOCore
import NIOPosix

/// A client on a real socket that sends bytes and reads answers.
struct HTTPSocketPeer {
    /// One answer.
    struct Answer {
        var head: String
        var body: String
    }

    /// The server closed the connection before the answer was complete.
    struct Closed: Error {}

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ByteBuffer()

    /// Opens a connection for as long as `body` runs.
    static func connected<Result>(
        to address: SocketAddress,
        _ body: (inout HTTPSocketPeer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var peer = HTTPSocketPeer(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&peer)
        }
    }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    func send(_ text: String) async throws {
        try await self.outbound.write(ByteBuffer(string: text))
    }

    /// Reads the next answer.
    mutating func answer() async throws -> Answer {
        while true {
            let parts = String(buffer: self.received).split(
                separator: "\r\n\r\n",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            if parts.count == 2 {
                let head = String(parts[0])
                let length = head.components(behind: "Content-Length: ").first.flatMap {
                    Int($0.prefix { $0 != "\r\n" })
                }
                if let length = length ?? (head.hasPrefix("HTTP/1.1 1") ? 0 : nil), parts[1].utf8.count >= length {
                    self.received.moveReaderIndex(forwardBy: parts[0].utf8.count + 4)
                    return Answer(head: head, body: self.received.readString(length: length) ?? "")
                }
            }
            guard var bytes = try await self.inbound.next(isolation: #isolation) else { throw Closed() }
            self.received.writeBuffer(&bytes)
        }
    }

    /// Sends a request and reads its answer.
    mutating func exchange(_ request: String) async throws -> Answer {
        try await self.send(request)
        return try await self.answer()
    }

    /// Reads until the server closes the connection.
    ///
    /// - Returns: What came before.
    mutating func rest() async throws -> String {
        while var bytes = try await self.inbound.next(isolation: #isolation) { self.received.writeBuffer(&bytes) }
        return String(buffer: self.received)
    }
}

import NIOCore
import NIOPosix

/// A client on a plain socket.
struct SocketPeer {
    /// How a connection ended.
    enum Ending: Equatable {
        case finished
        case reset
    }

    /// What a peer got, up to the end of its connection.
    struct Rest: Equatable {
        var text: String
        var ending: Ending
    }

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let channel: any Channel
    private var received = ByteBuffer()

    /// Opens a connection to the loopback interface for as long as `body` runs.
    static func connected<Result>(
        to port: Int,
        _ body: (inout SocketPeer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, _ in
            var peer = SocketPeer(inbound: inbound.makeAsyncIterator(), channel: channel.channel)
            return try await body(&peer)
        }
    }

    private init(inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, channel: any Channel) {
        self.inbound = inbound
        self.channel = channel
    }

    /// Sends bytes; returns when the kernel has them.
    func send(_ text: String) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Sends FIN; returns when the kernel has it.
    func finish() async throws {
        try await self.channel.close(mode: .output)
    }

    /// Reads that many bytes; fewer if the connection is finished before.
    mutating func read(_ count: Int) async throws -> String {
        while self.received.readableBytes < count, let bytes = try await self.inbound.next(isolation: #isolation) {
            self.received.writeImmutableBuffer(bytes)
        }
        return self.received.readString(length: min(count, self.received.readableBytes)) ?? ""
    }

    /// Sends something to an echoing server and reads it again.
    mutating func exchange(_ text: String) async throws -> String {
        try await self.send(text)
        return try await self.read(text.utf8.count)
    }

    /// Reads until the connection ends.
    mutating func rest() async throws -> Rest {
        do {
            while let bytes = try await self.inbound.next(isolation: #isolation) {
                self.received.writeImmutableBuffer(bytes)
            }
            return Rest(text: String(buffer: self.received), ending: .finished)
        } catch is IOError {
            return Rest(text: String(buffer: self.received), ending: .reset)
        }
    }
}

public import NIOCore
public import NIOPosix
import Synchronization

/// An HTTP/1.1 server that answers whatever a test wants, sense or nonsense.
///
/// It listens at a free port of `127.0.0.1` and keeps every request. Requests of one connection are answered in order;
/// the connection stays open if the request and the answer allow it.
///
/// Its limits: 64 KiB for a head, 16 MiB for a body; a request beyond them, or one that is not HTTP/1, closes the
/// connection and is not kept. Bodies have a `Content-Length` or are chunked. `Expect` and `Upgrade` are ignored. What
/// it keeps is not limited.
public final class ScriptedHTTPServer: Sendable {
    /// The port that it listens at.
    public let port: Int
    private let channel: any Channel
    private let script: ScriptedHTTPConnection.Script

    private init(port: Int, channel: any Channel, script: ScriptedHTTPConnection.Script) {
        self.port = port
        self.channel = channel
        self.script = script
    }

    /// Starts a server; ``stop()`` ends it.
    ///
    /// - Parameters:
    ///   - group: Its event loops run the connections. Default: the event loops of the process.
    ///   - answer: Called with each request, on the event loop of its connection: it must not block.
    /// - Returns: The server, which listens.
    /// - Throws: What makes listening impossible.
    public static func start(
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        answering answer: @escaping @Sendable (Request) -> Answer
    ) async throws -> ScriptedHTTPServer {
        let script = ScriptedHTTPConnection.Script(answering: answer)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedHTTPConnection(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return ScriptedHTTPServer(port: channel.localAddress?.port ?? 0, channel: channel, script: script)
    }

    /// Closes the port and every connection.
    public func stop() async {
        try? await self.channel.close()
        for connection in self.script.stop() { try? await connection.close() }
    }

    /// The requests so far, in the order in which they were complete.
    public var requests: [Request] { self.script.requests }

    /// Waits until that many requests have come since the start.
    ///
    /// Returns at once, with fewer, when the task is cancelled.
    public func waitForRequests(_ count: Int) async {
        await self.script.received.wait(for: count)
    }
}

import CometDServerNIO
import HummingbirdCore
import NIOCore
import NIOHTTPTypesHTTP1

/// Gives the requests that are not Bayeux's to a Hummingbird application.
///
/// A connection is handed over at its first such request: until then it costs Hummingbird nothing. Over HTTP/2 the
/// stream of each such request is handed over.
struct HummingbirdLane: FallbackLane {
    /// Connections on which the application has requests to answer.
    let connections: AsyncStream<HTTP1Channel.Value>
    private let handOver: AsyncStream<HTTP1Channel.Value>.Continuation

    init() {
        (self.connections, self.handOver) = AsyncStream.makeStream()
    }

    func install(on channel: any Channel, isSecure: Bool) throws {
        try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: isSecure))
        // As HTTP1Channel has it: the end of the requests is not the end of the answers.
        let connection = try HTTP1Channel.Value(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true)
        )
        switch self.handOver.yield(connection) {
        case .terminated, .dropped:
            // The application has ended already. Nobody waits for this task: NIO wants the connection to be ended by
            // its own means, and it has nothing else to do.
            Task { try? await connection.executeThenClose { _, _ in } }
        case .enqueued:
            break
        @unknown default:
            break
        }
    }

    /// No more connections will come.
    func finish() {
        self.handOver.finish()
    }
}

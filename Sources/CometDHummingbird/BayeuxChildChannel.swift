import CometDServer
import CometDServerNIO
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The connections of a port that a Bayeux server and a Hummingbird application share.
///
/// Hummingbird runs ``handle(value:logger:)`` in a task of its own for every connection. A connection on which nobody
/// but the Bayeux server is spoken to needs none, and would pay for it in memory while it is idle and with a hop to
/// another thread when it comes. So the task of the first connection works for all of them: it runs the connections on
/// which the application has something to do, and does not end before all connections have, so that Hummingbird waits at
/// its end for the connects that are held. Hummingbird does not hear of later connections (``ConnectionStarter``).
struct BayeuxChildChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    /// What happens once on a port.
    private final class Once: Sendable {
        private let isDone = Atomic<Bool>(false)

        /// Whether this is the first call.
        func isFirst() -> Bool { !self.isDone.exchange(true, ordering: .relaxed) }
    }

    /// How the port's connections are started, once there is a way past Hummingbird.
    private final class Port: Sendable {
        private let starter = Mutex<NIOLoopBound<ConnectionStarter>?>(nil)

        /// What starts connections; `nil` while Hummingbird does.
        var connectionStarter: NIOLoopBound<ConnectionStarter>? {
            get { self.starter.withLock { $0 } }
            set { self.starter.withLock { $0 = newValue } }
        }
    }

    private let server: BayeuxServer
    private let pipeline: BayeuxPipeline
    private let lane = HummingbirdLane()
    private let application: HTTP1Channel
    private let connections = OpenConnections()
    private let portSetUp = Once()
    private let port = Port()
    private let runner = Once()

    init(
        _ server: BayeuxServer,
        path: String,
        options: ListenerOptions,
        tls: ListenerTLS?,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.server = server
        self.pipeline = BayeuxPipeline(
            server: server,
            path: path,
            options: options,
            tls: tls,
            fallback: self.lane
        )
        self.application = HTTP1Channel(responder: responder)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        do {
            BayeuxPipeline.setSocketOptions(of: channel)
            try self.pipeline.configure(channel, logger: logger)
        } catch {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(error)
        }
        self.connections.add(channel)
        if let starter = self.port.connectionStarter {
            starter.eventLoop.execute { starter.value.start(channel) }
            return channel.eventLoop.makeFailedFuture(ConnectionStarter.TakenOver())
        }
        if let listening = channel.parent, self.portSetUp.isFirst() { self.setUp(listening, logger: logger) }
        return channel.eventLoop.makeSucceededFuture(Value(channel: channel))
    }

    /// The first connection has come: the others are accepted quickly, and started without Hummingbird.
    private func setUp(_ listening: any Channel, logger: Logger) {
        listening.eventLoop.execute {
            do {
                try listening.syncOptions?.setOption(.maxMessagesPerRead, value: BayeuxPipeline.acceptsPerTick)
                let starter = ConnectionStarter()
                try listening.pipeline.syncOperations.addHandler(starter, position: .last)
                self.port.connectionStarter = NIOLoopBound(starter, eventLoop: listening.eventLoop)
            } catch {
                logger.debug("connections are accepted slowly", metadata: ["error": "\(error)"])
            }
        }
    }

    func handle(value: Value, logger: Logger) async {
        guard self.runner.isFirst() else { return }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.drain(behind: value.channel.parent) }
            for await connection in self.lane.connections {
                group.addTask { await self.application.handle(value: connection, logger: logger) }
            }
        }
    }

    /// Waits until the port is closed, then ends all connections in order.
    private func drain(behind listening: (any Channel)?) async {
        if let listening {
            try? await listening.closeFuture.get()
        } else {
            try? await gracefulShutdown()
        }
        self.connections.quiesce()
        await self.server.drain()
        await self.connections.untilClosed()
        self.lane.finish()
    }
}

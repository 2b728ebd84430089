public import CometDServer
public import Logging
public import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Serves a Bayeux server on a port of its own, over HTTP and WebSocket.
///
/// For an application that serves more than Bayeux on one port there is `CometDHummingbird`. Run the listener as a
/// service beside its server:
///
/// ```swift
/// let server = BayeuxServer(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
/// let listener = BayeuxListener(server, host: "0.0.0.0", port: 8080)
/// let services = ServiceGroup(
///     services: [server, listener], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
/// try await services.run()
/// ```
///
/// At a graceful shutdown it stops listening, lets the server answer the connects that it holds, and ends when the
/// last connection has.
public actor BayeuxListener: Service {
    private enum State {
        case new
        case starting([CheckedContinuation<SocketAddress, any Error>])
        case listening(SocketAddress)
        case ended
    }

    private let server: BayeuxServer
    private let host: String
    private let port: Int
    private let pipeline: BayeuxPipeline
    private let connections = OpenConnections()
    private let logger: Logger
    private var state = State.new

    /// Makes a listener; it listens when it is run.
    ///
    /// - Parameters:
    ///   - server: The server. Its event loops are the listener's, too.
    ///   - host: The name or address to listen at. Default `127.0.0.1`: this machine only.
    ///   - port: The port to listen at; 0 for one that is free, which ``boundAddress`` tells. Default 8080.
    ///   - path: Where the server lives; all other requests are answered with 404. Default `/cometd`.
    ///   - options: How connections are treated.
    ///   - tls: Encrypts the connections, and offers HTTP/2. Default `nil`: plaintext and HTTP/1 only.
    ///   - logger: Where it logs. Default: label `cometd`.
    public init(
        _ server: BayeuxServer,
        host: String = "127.0.0.1",
        port: Int = 8080,
        path: String = "/cometd",
        options: ListenerOptions = ListenerOptions(),
        tls: ListenerTLS? = nil,
        logger: Logger = Logger(label: "cometd")
    ) {
        self.server = server
        self.host = host
        self.port = port
        self.pipeline = BayeuxPipeline(
            server: server,
            path: path,
            options: options,
            tls: tls,
            fallback: NotFoundLane()
        )
        self.logger = logger
    }

    /// The address that the listener listens at; waits until it does.
    ///
    /// - Throws: `ChannelError` when it cannot listen or has ended.
    public var boundAddress: SocketAddress {
        get async throws {
            switch self.state {
            case .listening(let address): return address
            case .ended: throw ChannelError.alreadyClosed
            case .new:
                return try await withCheckedThrowingContinuation { self.state = .starting([$0]) }
            case .starting(let waiters):
                return try await withCheckedThrowingContinuation { self.state = .starting(waiters + [$0]) }
            }
        }
    }

    /// Listens until the application stops or the task is cancelled, then ends its connections.
    ///
    /// The server's services are started first, unless that has been done.
    ///
    /// - Throws: What makes listening impossible, such as an address that is in use; what a service's start throws.
    public func run() async throws {
        let channel: any Channel
        do {
            try await self.server.startServices()
            channel = try await self.listen()
        } catch {
            self.settle(with: .failure(error))
            throw error
        }
        if let address = channel.localAddress {
            self.settle(with: .success(address))
            self.logger.info("listening", metadata: ["address": "\(address)"])
        }
        await withTaskCancellationOrGracefulShutdownHandler {
            try? await channel.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            channel.close(promise: nil)
        }
        self.state = .ended
        self.connections.quiesce()
        await self.server.drain()
        await self.connections.untilClosed()
    }

    private func listen() async throws -> any Channel {
        let (pipeline, connections, logger) = (self.pipeline, self.connections, self.logger)
        return try await ServerBootstrap(group: self.server.eventLoopGroup)
            .serverChannelOption(.backlog, value: BayeuxPipeline.backlog)
            .serverChannelOption(.maxMessagesPerRead, value: BayeuxPipeline.acceptsPerTick)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    BayeuxPipeline.setSocketOptions(of: channel)
                    try pipeline.configure(channel, logger: logger)
                    connections.add(channel)
                }
            }
            .bind(host: self.host, port: self.port).get()
    }

    private func settle(with result: Result<SocketAddress, any Error>) {
        if case .starting(let waiters) = self.state {
            for waiter in waiters { waiter.resume(with: result) }
        }
        switch result {
        case .success(let address): self.state = .listening(address)
        case .failure: self.state = .ended
        }
    }
}

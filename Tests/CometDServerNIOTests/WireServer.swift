import CometDServer
import CometDTestKit
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

@testable import CometDServerNIO

/// A listener on a free port, and the clients that a test connects to it.
final class WireServer: Sendable {
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    let wire: Wire
    let server: BayeuxServer
    let address: SocketAddress
    /// Tells of the connects that clients send.
    let watch: ConnectWatch
    private let services: ServiceGroup
    private let channels = Mutex<[any Channel]>([])

    private init(
        _ wire: Wire,
        _ server: BayeuxServer,
        _ address: SocketAddress,
        _ watch: ConnectWatch,
        _ services: ServiceGroup
    ) {
        self.wire = wire
        self.server = server
        self.address = address
        self.watch = watch
        self.services = services
    }

    /// Runs a listener until `body` ends; then it is told to stop, and has to within the test's time.
    static func running(
        _ wire: Wire,
        listener options: ListenerOptions = ListenerOptions(),
        tls: ListenerTLS? = nil,
        _ change: (inout ServerOptions) -> Void = { _ in },
        _ body: (WireServer) async throws -> Void
    ) async throws {
        var serverOptions = ServerOptions.patient
        change(&serverOptions)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = BayeuxServer(options: serverOptions, eventLoopGroup: group, logger: self.logger)
        let watch = ConnectWatch()
        server.addExtension(watch)
        let files = try TLSTestFiles()
        let tls = try tls ?? (wire.isSecure ? ListenerTLS(files.options, logger: self.logger) : nil)
        let listener = BayeuxListener(server, port: 0, options: options, tls: tls, logger: self.logger)
        let services = ServiceGroup(services: [server, listener], logger: self.logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await services.run() }
            let test = WireServer(wire, server, try await listener.boundAddress, watch, services)
            do {
                try await body(test)
            } catch {
                test.closeClients()
                await services.triggerGracefulShutdown()
                throw error
            }
            test.closeClients()
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try await group.shutdownGracefully()
    }

    func stop() async { await self.services.triggerGracefulShutdown() }

    /// Waits until as many connects have been sent, since this was called first, as it has been called.
    func untilConnect() async {
        var connects = self.watch.connects.makeAsyncIterator()
        _ = await connects.next()
    }

    /// A client that has handshaken and sent its first connect.
    func peer() async throws -> any WirePeer {
        let peer: any WirePeer =
            self.wire.isWebSocket
            ? WireSocketPeer(try await self.webSocket())
            : WirePollingPeer(try await self.httpClient())
        try await peer.open()
        await self.untilConnect()
        return peer
    }

    func httpClient() async throws -> WireHTTPClient {
        let client = try await WireHTTPClient(self.wire, to: self.address)
        self.channels.withLock { $0 += client.connection.map { [$0] } ?? [] }
        return client
    }

    func webSocket() async throws -> WireWebSocket {
        let socket = try await WireWebSocket(self.wire, to: self.address)
        self.channels.withLock { $0.append(socket.channel) }
        return socket
    }

    private func closeClients() {
        for channel in self.channels.withLock({ $0 }) { channel.close(promise: nil) }
    }
}

import Bayeux
import CometDHummingbird
import CometDServer
import CometDTestKit
import CometDServerNIO
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// An application with a Bayeux server on its port, listening at a free one.
struct SharedPort {
    let address: SocketAddress
    let server: BayeuxServer
    /// Yields when the route `/until-shutdown` has been called.
    let calls: AsyncStream<Void>
    private let services: ServiceGroup

    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Runs the application until `body` ends; then it is told to stop, and has to within the test's time.
    static func running(
        _ server: BayeuxServer = makeServer(),
        tls: ListenerTLS? = nil,
        _ body: @escaping @Sendable (SharedPort) async throws -> Void
    ) async throws {
        let router = Router()
        router.get("/health") { _, _ in "fine" }
        router.post("/echo") { request, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: try await request.body.collect(upTo: 4 << 20)))
        }
        let (calls, call) = AsyncStream.makeStream(of: Void.self)
        router.post("/unread") { _, _ in "not read" }
        router.get("/scheme") { request, _ in request.head.scheme ?? "" }
        router.get("/until-shutdown") { _, _ in
            call.yield()
            try await gracefulShutdown()
            return "the end"
        }
        let (addresses, address) = AsyncStream.makeStream(of: SocketAddress.self)
        let application = Application(
            router: router,
            server: .bayeux(server, tls: tls),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0), backlog: 4096),
            services: [server],
            onServerRunning: { channel in
                if let local = channel.localAddress { address.yield(local) }
            },
            logger: self.logger
        )
        let services = ServiceGroup(services: [application], logger: self.logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await services.run() }
            for await address in addresses {
                try await body(SharedPort(address: address, server: server, calls: calls, services: services))
                break
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    static func makeServer() -> BayeuxServer {
        BayeuxServer(options: .patient, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: self.logger)
    }

    func stop() async {
        await self.services.triggerGracefulShutdown()
    }

    /// Sends bytes on a connection, encrypted if there is a context for that, and reads until the server closes it.
    ///
    /// - Parameters:
    ///   - text: What is sent.
    ///   - frames: What is sent behind it.
    ///   - tls: What the connection is encrypted with.
    ///   - sent: Called when it has been sent.
    /// - Returns: All that the server has sent.
    /// - Throws: What goes wrong with the connection.
    func exchange(
        _ text: String,
        frames: [UInt8] = [],
        tls: NIOSSLContext? = nil,
        _ sent: () async -> Void = {}
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: self.address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var bytes = ByteBuffer(string: text)
            bytes.writeBytes(frames)
            try await outbound.write(bytes)
            await sent()
            var received = ByteBuffer()
            for try await bytes in inbound { received.writeImmutableBuffer(bytes) }
            return String(buffer: received)
        }
    }

    /// A request; the last one of a connection asks for its end.
    static func request(
        _ method: String,
        _ path: String,
        _ headers: [String] = [],
        body: String = "",
        isLast: Bool = false
    ) -> String {
        let headers = headers + ["Content-Length: \(body.utf8.count)"] + (isLast ? ["Connection: close"] : [])
        return (["\(method) \(path) HTTP/1.1", "Host: a"] + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// The statuses of answers.
    static func statuses(_ answers: String) -> [Int] {
        answers.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: false).dropFirst().compactMap {
            Int($0.prefix(3))
        }
    }
}

import CometDServer
import CometDServerNIO
import CometDTestKit
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing
import UnixSignals

/// The snippets of CometDServerNIO.md, Listening.md and Encryption.md.
@Suite struct NIOSnippets {
    /// The index's example.
    private func serve() async throws {
        let server = BayeuxServer(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let listener = BayeuxListener(server, host: "0.0.0.0", port: 8080)
        let services = ServiceGroup(
            services: [server, listener],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "app")
        )
        try await services.run()
    }

    /// An encrypted listener.
    private func serveEncrypted(_ server: BayeuxServer) throws -> BayeuxListener {
        var options = TLSOptions(certificateChain: "/etc/cometd/chain.pem", privateKey: "/etc/cometd/key.pem")
        options.minimumVersion = .tls13
        let tls = try ListenerTLS(options)
        let listener = BayeuxListener(server, host: "0.0.0.0", port: 8443, tls: tls)
        return listener
    }

    /// Clients with certificates.
    private func askForCertificates() -> TLSOptions {
        var options = TLSOptions(certificateChain: "/etc/cometd/chain.pem", privateKey: "/etc/cometd/key.pem")
        options.clientTrustRoots = "/etc/cometd/clients.pem"
        options.requiresClientCertificate = true
        return options
    }

    /// Renewing a certificate.
    private func renew(_ tls: ListenerTLS, _ logger: Logger) {
        do throws(TLSFileError) {
            try tls.reload()
        } catch {
            logger.warning("\(error.message)")
        }
    }

    @Test func `a free port is told`() async throws {
        let server = BayeuxServer(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let listener = BayeuxListener(server, port: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run() }
            let address = try await listener.boundAddress
            print("listening at \(address)")
            #expect(address.port != 0)
            group.cancelAll()
            try await group.waitForAll()
        }
        await server.shutdown()
    }

    @Test func `connections are limited`() {
        var options = ListenerOptions()
        options.requestTimeout = .seconds(10)
        options.maxHeaderSize = 16 << 10
        options.http2.maxConcurrentStreams = 32
        #expect(options != ListenerOptions())
    }

    @Test func `compression can be switched off`() {
        var options = ServerOptions()
        options.webSocket.enableExtension["permessage-deflate"] = false
        #expect(options != ServerOptions())
    }

    @Test func `files that are missing are told`() {
        let server = TestServer().server
        #expect(throws: TLSFileError.self) { _ = try self.serveEncrypted(server) }
        #expect(self.askForCertificates().requiresClientCertificate)
    }
}

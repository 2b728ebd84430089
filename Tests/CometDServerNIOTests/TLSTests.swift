import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import CometDServerNIO

@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    private static let handshake = #"[{"channel":"/meta/handshake","version":"1.0"}]"#

    private static func tls(
        _ files: TLSTestFiles,
        _ change: (inout TLSOptions) -> Void = { _ in }
    ) throws -> ListenerTLS {
        var options = files.options
        change(&options)
        return try ListenerTLS(options, logger: WireServer.logger)
    }

    /// The status of a handshake by a client of its own.
    private static func status(
        _ wire: Wire,
        _ server: WireServer,
        trusting: [TLSTestFiles.Identity] = [TLSTestFiles.first],
        as identity: TLSTestFiles.Identity? = nil,
        atMost version: TLSVersion? = nil,
        offering: [String]? = nil
    ) async throws -> Int {
        let tls = try TLSTestFiles.client(
            offering: offering ?? [wire == .http2TLS ? "h2" : "http/1.1"],
            trusting: trusting,
            as: identity,
            atMost: version
        )
        let client = try await WireHTTPClient(wire, to: server.address, tls)
        defer { client.connection?.close(promise: nil) }
        return try await client.exchange(.POST, "/cometd", body: self.handshake).status
    }

    // MARK: - Files

    @Test(arguments: [
        ("chain.pem", "", TLSFileError.Code.certificateChain),
        ("chain.pem", TLSTestFiles.first.key, .certificateChain),
        ("key.pem", "", .privateKey),
        ("key.pem", TLSTestFiles.first.certificate, .privateKey),
        ("key.pem", TLSTestFiles.second.key, .mismatch),
        ("ca.pem", "nonsense", .clientTrustRoots),
    ])
    func `a bad file is an error that names it`(name: String, text: String, code: TLSFileError.Code) throws {
        let files = try TLSTestFiles()
        try files.write(text, to: name)
        let error = #expect(throws: TLSFileError.self) {
            try Self.tls(files) { $0.clientTrustRoots = files.path("ca.pem") }
        }
        #expect(error?.code == code)
        #expect(error?.message.contains(files.path(name)) == true)
    }

    @Test func `a file that is missing is an error that names it`() throws {
        let error = #expect(throws: TLSFileError.self) {
            try ListenerTLS(TLSOptions(certificateChain: "/no/where", privateKey: "/no/where"))
        }
        #expect(error?.code == .certificateChain)
        #expect(error?.message.contains("/no/where") == true)
    }

    // MARK: - Renewal

    @Test(arguments: [Wire.http1TLS, .http2TLS])
    func `new connections use a renewed certificate, open ones go on`(wire: Wire) async throws {
        let files = try TLSTestFiles()
        let tls = try Self.tls(files)
        try await WireServer.running(wire, tls: tls) { server in
            let listener = try await server.peer()
            _ = try await listener.subscribe("/a")
            try await listener.hold()
            await server.untilConnect()
            try files.write(TLSTestFiles.second)
            try tls.reload()
            #expect(try await Self.status(wire, server, trusting: [TLSTestFiles.second]) == 200)
            await #expect(throws: (any Error).self) {
                try await Self.status(wire, server, trusting: [TLSTestFiles.first])
            }
            _ = try await server.peer().publish("1", to: "/a")
            #expect(try await listener.delivery()["data"] == "1")
        }
    }

    @Test func `files that are bad when they are read anew change nothing`() async throws {
        let files = try TLSTestFiles()
        let tls = try Self.tls(files)
        try await WireServer.running(.http2TLS, tls: tls) { server in
            try files.write(TLSTestFiles.second.certificate, to: "chain.pem")
            let error = #expect(throws: TLSFileError.self) { try tls.reload() }
            #expect(error?.code == .mismatch)
            #expect(try await Self.status(.http2TLS, server) == 200)
        }
    }

    // MARK: - What clients may speak

    @Test func `a client that speaks less than the least version cannot connect`() async throws {
        let tls = try Self.tls(TLSTestFiles()) { $0.minimumVersion = .tls13 }
        try await WireServer.running(.http1TLS, tls: tls) { server in
            let status = try await Self.status(.http1TLS, server)
            #expect(status == 200)
            await #expect(throws: (any Error).self) {
                try await Self.status(.http1TLS, server, atMost: .tlsv12)
            }
        }
    }

    @Test func `TLS 1_1 is not spoken`() async throws {
        try await WireServer.running(.http1TLS) { server in
            let status = try await Self.status(.http1TLS, server, atMost: .tlsv12)
            #expect(status == 200)
            await #expect(throws: (any Error).self) {
                try await Self.status(.http1TLS, server, atMost: .tlsv11)
            }
        }
    }

    @Test func `without HTTP 2 in the options clients get HTTP 1`() async throws {
        let tls = try Self.tls(TLSTestFiles()) { $0.offersHTTP2 = false }
        try await WireServer.running(.http1TLS, tls: tls) { server in
            let status = try await Self.status(.http1TLS, server, offering: ["h2", "http/1.1"])
            #expect(status == 200)
            #expect(try await Self.status(.http1TLS, server, offering: []) == 200)
        }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}"])
    func `a connection without a TLS handshake is closed`(text: String) async throws {
        let tls = try Self.tls(TLSTestFiles()) { $0.handshakeTimeout = .milliseconds(50) }
        try await WireServer.running(.http1TLS, tls: tls) { server in
            try await HTTPSocketPeer.connected(to: server.address) { peer in
                // On a slow machine the server may have closed it before.
                try? await peer.send(text)
                let rest = (try? await peer.rest()) ?? ""
                #expect(!rest.contains("HTTP"))
            }
        }
    }

    // MARK: - The end

    @Test(arguments: [0, 100, Int.max])
    func `a listener that stops does not wait for TLS handshakes`(sent: Int) async throws {
        let tls = try Self.tls(TLSTestFiles()) { $0.handshakeTimeout = .seconds(3600) }
        try await WireServer.running(.http1TLS, tls: tls) { server in
            let client = EmbeddedChannel()
            let context = try TLSTestFiles.client(offering: [])
            try client.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: "a"))
            try await client.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere"))
            let hello = try #require(try client.readOutbound(as: ByteBuffer.self))
            let channel = try await WireHTTPClient.connect(to: server.address, nil) { $0 }
            try await channel.writeAndFlush(ByteBuffer(bytes: hello.readableBytesView.prefix(sent)))
            #expect(try await Self.status(.http1TLS, server) == 200)
            await server.stop()
            try await channel.closeFuture.get()
        }
    }

    // MARK: - Clients' certificates

    @Test(arguments: [Wire.http1TLS, .http2TLS])
    func `a certificate from the right roots is welcome, one from elsewhere is not`(wire: Wire) async throws {
        let files = try TLSTestFiles()
        let tls = try Self.tls(files) { $0.clientTrustRoots = files.path("ca.pem") }
        try await WireServer.running(wire, tls: tls) { server in
            let status = try await Self.status(wire, server, as: TLSTestFiles.alice)
            #expect(status == 200)
            #expect(try await Self.status(wire, server) == 200)
            await #expect(throws: (any Error).self) {
                try await Self.status(wire, server, as: TLSTestFiles.mallory)
            }
        }
    }

    @Test func `a client without the certificate that is required cannot connect`() async throws {
        let files = try TLSTestFiles()
        let tls = try Self.tls(files) {
            $0.clientTrustRoots = files.path("ca.pem")
            $0.requiresClientCertificate = true
        }
        try await WireServer.running(.http1TLS, tls: tls) { server in
            let status = try await Self.status(.http1TLS, server, as: TLSTestFiles.alice)
            #expect(status == 200)
            await #expect(throws: (any Error).self) { try await Self.status(.http1TLS, server) }
        }
    }

    // MARK: - Pages

    @Test(arguments: [Wire.http1TLS, .http2TLS])
    func `a page that came without encryption is not the server's own`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let client = try await server.httpClient()
            for (origin, status) in [
                ("https://localhost", 200), ("http://localhost", 403), ("http://localhost:443", 403),
            ] {
                let answer = try await client.exchange(.POST, "/cometd", ["origin": origin], body: Self.handshake)
                #expect(answer.status == status)
            }
            for (page, status) in [("https://localhost/", 400), ("http://localhost/", 403)] {
                let headers: HTTPHeaders = ["sec-fetch-site": "cross-site", "referer": page]
                #expect(try await client.exchange(.GET, "/cometd?jsonp=f", headers).status == status)
            }
        }
    }

    @Test func `a page that came without encryption opens no WebSocket with encryption`() async throws {
        try await WireServer.running(.http1TLS) { server in
            let headers: HTTPHeaders = [
                "connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
                "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "origin": "http://localhost",
            ]
            let client = try await server.httpClient()
            #expect(try await client.exchange(.GET, "/cometd", headers).status == 403)
        }
    }

    // MARK: - What hooks learn

    /// Notes what is known of the connections that it is installed on, and answers with 404.
    private final class FactsLane: FallbackLane {
        let facts = Mutex<[ConnectionFacts]>([])

        func install(on channel: any Channel, isSecure: Bool) throws {
            let pipeline = channel.pipeline.syncOperations
            let fast = try? pipeline.handler(type: FastLane.self).facts
            let stream = try? pipeline.handler(type: StreamLane.self).facts
            self.facts.withLock { facts in facts += [fast, stream].compactMap { $0 } }
            #expect(isSecure)
            try NotFoundLane().install(on: channel, isSecure: isSecure)
        }
    }

    @Test(arguments: [Wire.http1TLS, .http2TLS], [TLSVersion.tlsv12, .tlsv13])
    func `hooks learn what the connection proves`(wire: Wire, version: TLSVersion) async throws {
        let files = try TLSTestFiles()
        let tls = try Self.tls(files) { $0.clientTrustRoots = files.path("ca.pem") }
        let lane = FactsLane()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = BayeuxServer(eventLoopGroup: group, logger: WireServer.logger)
        let pipeline = BayeuxPipeline(
            server: server,
            path: "/cometd",
            options: ListenerOptions(),
            tls: tls,
            fallback: lane
        )
        let port = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try pipeline.configure(channel, logger: WireServer.logger)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = try #require(port.localAddress)
        for identity in [TLSTestFiles.alice, nil] {
            let context = try TLSTestFiles.client(
                offering: [wire == .http2TLS ? "h2" : "http/1.1"],
                as: identity,
                atMost: version
            )
            let client = try await WireHTTPClient(wire, to: address, context)
            #expect(try await client.exchange(.GET, "/else?a=b").status == 404)
            try? await client.connection?.close()
        }
        let facts = lane.facts.withLock { $0 }
        try #require(facts.count == 2)
        let head = HTTPRequestHead(version: wire == .http2TLS ? .http2 : .http1_1, method: .GET, uri: "/else?a=b")
        let (alice, nobody) = (HTTPRequestContext(head, over: facts[0]), HTTPRequestContext(head, over: facts[1]))
        #expect(alice.isSecure && nobody.isSecure)
        #expect(alice.principal == "alice" && nobody.principal == nil)
        #expect(alice.tls?.clientCertificate?.der.first == 0x30)
        #expect(nobody.tls?.clientCertificate == nil)
        #expect(alice.tls?.version == (version == .tlsv12 ? "TLSv1.2" : "TLSv1.3"))
        #expect(alice.tls?.applicationProtocol == (wire == .http2TLS ? "h2" : "http/1.1"))
        #expect(alice.tls?.serverName == "localhost")
        #expect(alice.httpVersion == (wire == .http2TLS ? "2" : "1.1"))
        #expect(alice.parameter("a") == "b")
        try await port.close().get()
        try await group.shutdownGracefully()
    }

    // MARK: - WebSocket

    /// Counts the TLS records that carry data.
    private final class RecordCounter: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let count = Mutex(0)
        private let partial = Mutex(ByteBuffer())

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.partial.withLock { partial in
                partial.writeImmutableBuffer(self.unwrapInboundIn(data))
                while let type = partial.getInteger(at: partial.readerIndex, as: UInt8.self),
                    let length = partial.getInteger(at: partial.readerIndex + 3, as: UInt16.self),
                    partial.readableBytes >= Int(length) + 5
                {
                    if type == 23 { self.count.withLock { $0 += 1 } }
                    partial.moveReaderIndex(forwardBy: Int(length) + 5)
                }
            }
            context.fireChannelRead(data)
        }
    }

    @Test func `messages that leave a WebSocket together are one TLS record`() async throws {
        try await WireServer.running(.webSocketTLS) { server in
            let socket = try await server.webSocket()
            let peer = WireSocketPeer(socket)
            try await peer.open()
            let session = try #require(await server.server.session(peer.clientID))
            let counter = RecordCounter()
            try await socket.channel.pipeline.addHandler(counter, position: .first)
            session.eventLoop.execute { for _ in 0..<20 { session.deliver(JSONBytes(.string("1")), on: "/a") } }
            for _ in 0..<20 { #expect(try await peer.delivery()["data"] == "1") }
            #expect(counter.count.withLock { $0 } == 1)
        }
    }
}

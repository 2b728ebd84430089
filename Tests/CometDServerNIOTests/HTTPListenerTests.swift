import Bayeux
import CometDServer
import CometDTestKit
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import CometDServerNIO

/// The listener, on real sockets.
@Suite(.timeLimit(.minutes(1))) struct HTTPListenerTests {
    typealias Peer = HTTPEmbeddedPeer

    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private static func makeServer() -> BayeuxServer {
        BayeuxServer(options: .patient, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: self.logger)
    }

    /// Runs a listener on a free port; when `body` ends it is told to stop, and has to within the test's time.
    private static func running(
        _ server: BayeuxServer,
        _ body: (SocketAddress, ServiceGroup) async throws -> Void
    ) async throws {
        let listener = BayeuxListener(server, port: 0, logger: self.logger)
        let services = ServiceGroup(services: [server, listener], logger: self.logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await services.run() }
            try await body(try await listener.boundAddress, services)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    @Test func `it serves the server and nothing else`() async throws {
        try await Self.running(Self.makeServer()) { address, _ in
            try await HTTPSocketPeer.connected(to: address) { peer in
                #expect(try await peer.exchange(Peer.post(Peer.handshake)).body.contains(#""successful":true"#))
                let other = try await peer.exchange(Peer.get("/"))
                #expect(other.head.hasPrefix("HTTP/1.1 404 ") && other.body == "Not Found\n")
                #expect(try await peer.exchange(Peer.post("null")).head.hasPrefix("HTTP/1.1 200 "))
                #expect(try await peer.exchange(Peer.post("x", to: "/else")).head.hasPrefix("HTTP/1.1 404 "))
                #expect(try await peer.rest().isEmpty)
            }
        }
    }

    @Test func `a client that sends too much can read why`() async throws {
        let server = Self.makeServer()
        try await Self.running(server) { address, _ in
            try await HTTPSocketPeer.connected(to: address) { peer in
                let body = String(repeating: " ", count: server.options.longPolling.maxMessageSize + 1)
                let chunk = String(body.utf8.count, radix: 16) + "\r\n" + body + "\r\n"
                try await peer.send(
                    Peer.request("POST", "/cometd", headers: ["Transfer-Encoding: chunked"], body: chunk)
                )
                #expect(try await peer.answer().head.hasPrefix("HTTP/1.1 413 "))
                try? await peer.send("0\r\n\r\n")
                #expect(try await peer.rest().isEmpty)
            }
        }
    }

    @Test func `at its end it answers the connects that are held`() async throws {
        let server = Self.makeServer()
        let watch = ConnectWatch()
        server.addExtension(watch)
        try await Self.running(server) { address, services in
            try await HTTPSocketPeer.connected(to: address) { peer in
                let handshake = try await peer.exchange(Peer.post(Peer.handshake))
                let clientID = try #require(handshake.body.components(behind: #""clientId":""#).first).prefix {
                    $0 != "\""
                }
                let cookie = try #require(handshake.head.components(behind: "Set-Cookie: ").first).prefix { $0 != ";" }
                let connect = Peer.post(Peer.connect(String(clientID)), "Cookie: \(cookie)")
                _ = try await peer.exchange(connect)
                try await peer.send(connect)
                var connects = watch.connects.makeAsyncIterator()
                _ = await connects.next()
                _ = await connects.next()

                await services.triggerGracefulShutdown()
                let answer = try await peer.answer()
                #expect(answer.head.hasPrefix("HTTP/1.1 200 "))
                #expect(answer.body.contains("/meta/connect"))
                #expect(try await peer.rest().isEmpty)
            }
        }
    }

    @Test func `it closes its connections when it is cancelled`() async throws {
        let server = Self.makeServer()
        let listener = BayeuxListener(server, port: 0, logger: Self.logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await listener.run() }
            let address = try await listener.boundAddress
            let cancelling = group
            try await HTTPSocketPeer.connected(to: address) { peer in
                _ = try await peer.exchange(Peer.post("null"))
                cancelling.cancelAll()
                #expect(try await peer.rest().isEmpty)
            }
            try await group.waitForAll()
        }
        await #expect(throws: ChannelError.self) { try await listener.boundAddress }
    }

    @Test func `an address that is in use is an error`() async throws {
        let server = Self.makeServer()
        try await Self.running(server) { address, _ in
            let second = BayeuxListener(server, port: try #require(address.port), logger: Self.logger)
            await #expect(throws: (any Error).self) { try await second.run() }
        }
    }

    @Test func `requests are answered on whichever event loop a session lives`() async throws {
        try await Self.running(Self.makeServer()) { address, _ in
            for _ in 0..<8 {
                let (clientID, cookie) = try await HTTPSocketPeer.connected(to: address) { peer in
                    let handshake = try await peer.exchange(Peer.post(Peer.handshake))
                    let id = try #require(handshake.body.components(behind: #""clientId":""#).first)
                    let cookie = try #require(handshake.head.components(behind: "Set-Cookie: ").first)
                    return (String(id.prefix { $0 != "\"" }), String(cookie.prefix { $0 != ";" }))
                }
                try await HTTPSocketPeer.connected(to: address) { peer in
                    let answer = try await peer.exchange(Peer.post(Peer.connect(clientID), "Cookie: \(cookie)"))
                    #expect(answer.body.contains(#""successful":true"#))
                }
            }
        }
    }
}

import Bayeux
import CometDHummingbird
import CometDServer
import CometDTestKit
import NIOCore
import NIOHTTP1
import Testing

/// The application's routes and the Bayeux server on one port with TLS, over both versions of HTTP.
@Suite(.timeLimit(.minutes(1))) struct SharedTLSPortTests {
    private static let handshake = #"[{"channel":"/meta/handshake","version":"1.0"}]"#

    @Test func `HTTP 1 serves both`() async throws {
        try await SharedPort.running(tls: TLSTestPort.makeTLS()) { port in
            let body = String(repeating: "0123456789abcdef", count: 50_000)
            let answers = try await port.exchange(
                SharedPort.request("GET", "/health")
                    + SharedPort.request("POST", "/cometd", body: Self.handshake)
                    + SharedPort.request("POST", "/echo", body: body)
                    + SharedPort.request("GET", "/scheme", isLast: true),
                tls: try TLSTestPort.makeClient(offering: "http/1.1")
            )
            #expect(SharedPort.statuses(answers) == [200, 200, 200, 200])
            #expect(answers.contains(body) && answers.hasSuffix("https"))
        }
    }

    @Test func `HTTP 2 serves both`() async throws {
        try await SharedPort.running(tls: TLSTestPort.makeTLS()) { port in
            let connection = try await HTTP2TestConnection(to: port.address)
            for _ in 0..<3 {
                #expect(try await connection.exchange(.GET, "/health").body == "fine")
                let reply = try await connection.exchange(.POST, "/cometd", body: Self.handshake)
                #expect(reply.status == 200 && reply.body.contains(#""successful":true"#))
                #expect(try await connection.exchange(.GET, "/nowhere").status == 404)
            }
            let body = String(repeating: "0123456789abcdef", count: 50_000)
            #expect(try await connection.exchange(.POST, "/echo", body: body).body == body)
            #expect(try await connection.exchange(.POST, "/unread", body: body).body == "not read")
            #expect(try await connection.exchange(.GET, "/scheme").body == "https")
            connection.close()
        }
    }

    @Test func `an application that stops answers what is held over HTTP 2 and lets its own requests end`() async throws
    {
        let server = SharedPort.makeServer()
        let watch = ConnectWatch()
        server.addExtension(watch)
        try await SharedPort.running(server, tls: TLSTestPort.makeTLS()) { port in
            let connection = try await HTTP2TestConnection(to: port.address)
            let handshake = try await connection.exchange(.POST, "/cometd", body: Self.handshake)
            let clientID = TestMessage.read(handshake.body).first?["clientId"] ?? ""
            let connect = #"[{"channel":"/meta/connect","clientId":"\#(clientID)","connectionType":"long-polling"}]"#
            _ = try await connection.exchange(.POST, "/cometd", cookie: handshake.cookie, body: connect)
            let held = try await connection.start(.POST, "/cometd", cookie: handshake.cookie, body: connect)
            let own = try await connection.start(.GET, "/until-shutdown")
            var connects = watch.connects.makeAsyncIterator()
            for _ in 0..<2 { _ = await connects.next() }
            var calls = port.calls.makeAsyncIterator()
            _ = await calls.next()
            await port.stop()
            #expect(try await held.get().body.contains("/meta/connect"))
            #expect(try await own.get().body == "the end")
        }
    }
}

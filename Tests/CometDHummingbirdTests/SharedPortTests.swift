import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct SharedPortTests {
    private static let handshake = #"[{"channel":"/meta/handshake","version":"1.0"}]"#

    @Test func `one connection serves both, in order`() async throws {
        try await SharedPort.running { port in
            let answers = try await port.exchange(
                SharedPort.request("GET", "/health")
                    + SharedPort.request("POST", "/cometd", body: Self.handshake)
                    + SharedPort.request("POST", "/echo", body: "one")
                    + SharedPort.request("POST", "/echo", body: "two")
                    + SharedPort.request("GET", "/nowhere")
                    + SharedPort.request("POST", "/cometd/x", body: Self.handshake)
                    + SharedPort.request("GET", "/health", isLast: true)
            )
            #expect(SharedPort.statuses(answers) == [200, 200, 200, 200, 404, 200, 200])
            let parts = answers.split(separator: "HTTP/1.1 ")
            #expect(parts[0].hasSuffix("fine") && parts[2].hasSuffix("one") && parts[3].hasSuffix("two"))
            #expect(parts[1].contains(#""successful":true"#) && parts[5].contains(#""successful":true"#))
            #expect(parts[6].hasSuffix("fine"))
        }
    }

    @Test func `a connection may begin with the one and end with the other`() async throws {
        try await SharedPort.running { port in
            let bayeuxLast = try await port.exchange(
                SharedPort.request("GET", "/health")
                    + SharedPort.request("POST", "/cometd", body: Self.handshake, isLast: true)
            )
            #expect(SharedPort.statuses(bayeuxLast) == [200, 200])
            let bayeuxFirst = try await port.exchange(
                SharedPort.request("POST", "/cometd", body: Self.handshake)
                    + SharedPort.request("GET", "/health", isLast: true)
            )
            #expect(SharedPort.statuses(bayeuxFirst) == [200, 200])
        }
    }

    @Test func `large bodies pass both ways`() async throws {
        try await SharedPort.running { port in
            let body = String(repeating: "0123456789abcdef", count: 200_000)
            let answers = try await port.exchange(
                SharedPort.request("POST", "/echo", body: body)
                    + SharedPort.request("POST", "/cometd", body: Self.handshake, isLast: true)
            )
            #expect(SharedPort.statuses(answers) == [200, 200])
            #expect(answers.utf8.count > body.utf8.count)
        }
    }

    @Test func `what is no HTTP is refused`() async throws {
        try await SharedPort.running { port in
            let nonsense = try await port.exchange("nonsense\r\n\r\n")
            #expect(SharedPort.statuses(nonsense) == [400])
            let chunked =
                SharedPort.request("GET", "/health")
                + "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"
            let answers = try await port.exchange(chunked)
            #expect(SharedPort.statuses(answers) == [200, 400])
        }
    }

    @Test func `an application that stops answers the connects that are held`() async throws {
        let server = SharedPort.makeServer()
        let watch = ConnectWatch()
        server.addExtension(watch)
        try await SharedPort.running(server) { port in
            let handshake = try await port.exchange(
                SharedPort.request("POST", "/cometd", body: Self.handshake, isLast: true)
            )
            let clientID = try #require(handshake.split(separator: #""clientId":""#).last?.prefix { $0 != "\"" })
            let cookie = try #require(handshake.split(separator: "Set-Cookie: ").last?.prefix { $0 != ";" })
            let connect = SharedPort.request(
                "POST",
                "/cometd",
                ["Cookie: \(cookie)"],
                body: #"[{"channel":"/meta/connect","clientId":"\#(clientID)","connectionType":"long-polling"}]"#
            )
            let answers = try await port.exchange(connect + connect) {
                var connects = watch.connects.makeAsyncIterator()
                _ = await connects.next()
                _ = await connects.next()
                await port.stop()
            }
            #expect(SharedPort.statuses(answers) == [200, 200])
            #expect(answers.split(separator: #""channel":"/meta/connect""#).count == 3)
        }
    }

    @Test func `an application that stops lets its own requests end`() async throws {
        try await SharedPort.running { port in
            let answers = try await port.exchange(
                SharedPort.request("GET", "/health") + SharedPort.request("GET", "/until-shutdown")
            ) {
                var calls = port.calls.makeAsyncIterator()
                _ = await calls.next()
                await port.stop()
            }
            #expect(SharedPort.statuses(answers) == [200, 200])
            #expect(answers.contains("fine") && answers.hasSuffix("the end"))
        }
    }

    @Test func `an application that nobody has called stops`() async throws {
        try await SharedPort.running { _ in }
    }

    @Test func `the WebSocket is opened on the shared port`() async throws {
        try await SharedPort.running { port in
            let upgrade = [
                "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
            // The client closes the WebSocket with the code 1000.
            let answers = try await port.exchange(
                SharedPort.request("GET", "/health") + SharedPort.request("GET", "/cometd", upgrade),
                frames: [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]
            )
            #expect(SharedPort.statuses(answers) == [200, 101])
        }
    }
}

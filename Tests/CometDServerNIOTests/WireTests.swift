import CometDServer
import CometDTestKit
import NIOCore
import NIOHTTP1
import Testing

@testable import CometDServerNIO

/// The same conversations over every transport, plain and with TLS, on real sockets.
@Suite(.timeLimit(.minutes(2))) struct WireTests {
    private static let handshake = #"[{"channel":"/meta/handshake","version":"1.0"}]"#

    @Test(arguments: Wire.allCases)
    func `a session begins, subscribes and ends`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let peer = try await server.peer()
            #expect(!peer.clientID.isEmpty)
            #expect(try await peer.subscribe("/a")["successful"] == "true")
            #expect(try await peer.disconnect()["successful"] == "true")
            #expect(server.server.sessionCount == 0)
        }
    }

    @Test(arguments: Wire.allCases)
    func `a held connect waits for what another session publishes`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let (listener, publisher) = (try await server.peer(), try await server.peer())
            _ = try await listener.subscribe("/news")
            try await listener.hold()
            await server.untilConnect()
            #expect(try await publisher.publish(#"{"text":"é"}"#, to: "/news")["successful"] == "true")
            let delivery = try await listener.delivery()
            #expect(delivery["channel"] == "/news")
            #expect(delivery["data"] == #"{"text":"é"}"#)
        }
    }

    @Test(arguments: Wire.allCases)
    func `messages arrive in the order in which they were published`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let (listener, publisher) = (try await server.peer(), try await server.peer())
            _ = try await listener.subscribe("/a")
            try await listener.hold()
            for number in 0..<50 { _ = try await publisher.publish("\(number)", to: "/a") }
            for number in 0..<50 { #expect(try await listener.delivery()["data"] == "\(number)") }
        }
    }

    @Test(arguments: Wire.allCases)
    func `a large message arrives whole`(wire: Wire) async throws {
        try await WireServer.running(wire, { $0.webSocket.maxMessageSize = 1 << 20 }) { server in
            let (listener, publisher) = (try await server.peer(), try await server.peer())
            _ = try await listener.subscribe("/large")
            try await listener.hold()
            let data = "\"" + String(repeating: "0123456789abcdef", count: 50_000) + "\""
            _ = try await publisher.publish(data, to: "/large")
            #expect(try await listener.delivery()["data"]?.utf8.count == data.utf8.count - 2)
        }
    }

    @Test(arguments: Wire.allCases)
    func `a listener that stops answers the connects that are held`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let (one, two) = (try await server.peer(), try await server.peer())
            for peer in [one, two] {
                try await peer.hold()
                await server.untilConnect()
            }
            await server.stop()
            for peer in [one, two] {
                let reply = try await peer.connectReply()
                #expect(reply["successful"] == "true")
                #expect(reply["advice"]?.contains(#""reconnect":"retry""#) != false)
            }
        }
    }

    @Test(arguments: Wire.http)
    func `a second connect of a session ends the first`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let peer = WirePollingPeer(try await server.httpClient())
            try await peer.open()
            await server.untilConnect()
            try await peer.hold()
            await server.untilConnect()
            let first = try #require(peer.held)
            try await peer.hold()
            #expect(try await first.answer().status == 500)
            let other = try await server.peer()
            _ = try await peer.subscribe("/a")
            _ = try await other.publish("1", to: "/a")
            #expect(try await peer.delivery()["data"] == "1")
        }
    }

    @Test(arguments: Wire.http)
    func `what is published after the client of a held connect has gone comes with the next`(wire: Wire) async throws {
        try await WireServer.running(wire, { $0.longPolling.http2MaxSessionsPerBrowser = 1 }) { server in
            let client = try await server.httpClient()
            let peer = WirePollingPeer(client)
            try await peer.open()
            await server.untilConnect()
            _ = try await peer.subscribe("/a")
            try await peer.hold()
            await server.untilConnect()
            let sibling = WirePollingPeer(client)
            sibling.cookie = peer.cookie
            try await sibling.open()
            let connect = sibling.connectMessage.dropLast() + #","advice":{"timeout":0}}"#
            #expect(try await sibling.ask(String(connect))["advice"]?.contains("multiple-clients") == true)
            // Over HTTP/2 this resets the stream.
            peer.held?.channel.close(promise: nil)
            // The server has noticed when another session of the browser may hold a connect.
            while try await sibling.ask(String(connect))["advice"]?.contains("multiple-clients") == true {}
            _ = try await sibling.publish("42", to: "/a")
            #expect(try await peer.ask(peer.connectMessage)["successful"] == "true")
            #expect(try await peer.delivery()["data"] == "42")
        }
    }

    @Test(arguments: Wire.http)
    func `requests that cannot be read are refused`(wire: Wire) async throws {
        try await WireServer.running(wire, { $0.longPolling.maxMessageSize = 100_000 }) { server in
            let client = try await server.httpClient()
            #expect(try await client.exchange(.POST, "/cometd", body: "[{").status == 400)
            #expect(try await client.exchange(.POST, "/cometd", body: "[]").status == 400)
            #expect(try await client.exchange(.DELETE, "/cometd").status == 400)
            let type: HTTPHeaders = ["content-type": "text/plain;charset=klingon"]
            #expect(try await client.exchange(.POST, "/cometd", type, body: Self.handshake).status == 415)
            let large = String(repeating: " ", count: 100_001)
            let refusal = try await client.exchange(.POST, "/cometd", body: large)
            #expect(refusal.status == 413)
            #expect(refusal.body == "Payload Too Large\n")
            #expect(try await client.exchange(.POST, "/cometd", body: Self.handshake).status == 200)
        }
    }

    @Test(arguments: Wire.http)
    func `a body that grows too large is refused before its end`(wire: Wire) async throws {
        try await WireServer.running(wire, { $0.longPolling.maxMessageSize = 1000 }) { server in
            let client = try await server.httpClient()
            let body = String(repeating: " ", count: 1001)
            #expect(try await client.start(.POST, "/cometd", body: body, ends: false).answer().status == 413)
        }
    }

    @Test(arguments: Wire.http)
    func `what is not the server's is not found`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let client = try await server.httpClient()
            for _ in 0..<3 {
                let answer = try await client.exchange(.GET, "/else")
                #expect(answer.status == 404 && answer.body == "Not Found\n")
            }
            #expect(try await client.exchange(.POST, "/else", body: "x").status == 404)
            #expect(try await client.exchange(.HEAD, "/else").body.isEmpty)
        }
    }

    @Test(arguments: Wire.http)
    func `the answers have the headers that keep browsers from guessing`(wire: Wire) async throws {
        try await WireServer.running(wire, { $0.longPolling.browserCookie.sameSite = "Lax" }) { server in
            let client = try await server.httpClient()
            let answer = try await client.exchange(.POST, "/cometd", body: Self.handshake)
            #expect(answer.headers["content-type"] == ["application/json;charset=utf-8"])
            #expect(answer.headers["x-content-type-options"] == ["nosniff"])
            #expect(answer.headers["cache-control"] == ["no-store"])
            #expect(answer.headers["content-length"] == ["\(answer.body.utf8.count)"])
            #expect(answer.headers.first(name: "date")?.hasSuffix(" GMT") == true)
            let cookie = try #require(answer.headers.first(name: "set-cookie"))
            #expect(cookie.hasPrefix("BAYEUX_BROWSER=") && cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
            #expect(try await client.exchange(.OPTIONS, "/cometd").body.isEmpty)
            #expect(try await client.exchange(.POST, "/cometd", body: "null").body.isEmpty)
        }
    }

    @Test(arguments: Wire.http)
    func `callback-polling calls the page's function`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let client = try await server.httpClient()
            let message = "%5B%7B%22channel%22%3A%22%2Fmeta%2Fhandshake%22%2C%22version%22%3A%221.0%22%7D%5D"
            let answer = try await client.exchange(.GET, "/cometd?jsonp=page.call&message=\(message)")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == ["text/javascript;charset=UTF-8"])
            #expect(answer.body.hasPrefix("page.call([{") && answer.body.contains(#""successful":true"#))
            #expect(try await client.exchange(.GET, "/cometd?jsonp=a(b&message=\(message)").status == 400)
        }
    }

    @Test(arguments: Wire.http)
    func `how many connects of a browser are held depends on the version of HTTP`(wire: Wire) async throws {
        try await WireServer.running(wire) { server in
            let client = try await server.httpClient()
            let first = WirePollingPeer(client)
            try await first.open()
            try await first.hold()
            for _ in 0..<2 { await server.untilConnect() }
            let second = WirePollingPeer(client)
            second.cookie = first.cookie
            try await second.open()
            await server.untilConnect()
            try await second.hold()
            await server.untilConnect()
            if wire == .http2TLS {
                let other = try await server.peer()
                _ = try await second.subscribe("/a")
                _ = try await other.publish("1", to: "/a")
                #expect(try await second.delivery()["data"] == "1")
            } else {
                #expect(try await second.connectReply()["advice"]?.contains("multiple-clients") == true)
            }
        }
    }

    @Test(arguments: Wire.webSockets)
    func `a WebSocket that breaks the rules is closed`(wire: Wire) async throws {
        try await WireServer.running(wire, { $0.webSocket.maxMessageSize = 1000 }) { server in
            for (text, code) in [("[{", 1007), (String(repeating: " ", count: 1001), 1009)] {
                let socket = try await server.webSocket()
                try await socket.send(WebSocketClientFrame(.text, text))
                var reader = socket.reader()
                #expect(await reader.next()?.closeCode == UInt16(code))
                #expect(await reader.next() == nil)
            }
        }
    }
}

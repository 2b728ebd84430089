import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization
import Testing

@testable import CometDServerNIO

/// Requests of one connection are answered in their order, whoever answers them.
@Suite struct HTTPOrderTests {
    typealias Peer = HTTPEmbeddedPeer

    /// A fallback that answers when a test wants it to.
    private final class SlowLane: FallbackLane {
        final class Handler: ChannelInboundHandler {
            typealias InboundIn = HTTPServerRequestPart
            typealias OutboundOut = HTTPServerResponsePart

            var seen: [String] = []
            var completedReads = 0
            var errors: [any Error] = []
            var sawInputClosed = false
            private var context: ChannelHandlerContext?

            func handlerAdded(context: ChannelHandlerContext) { self.context = context }
            func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                switch self.unwrapInboundIn(data) {
                case .head(let head): self.seen.append("\(head.method.rawValue) \(head.uri)")
                case .body(let bytes): self.seen.append(String(buffer: bytes))
                case .end: self.seen.append("end")
                }
            }

            func channelReadComplete(context: ChannelHandlerContext) { self.completedReads += 1 }
            func errorCaught(context: ChannelHandlerContext, error: any Error) { self.errors.append(error) }

            func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
                if case ChannelEvent.inputClosed = event { self.sawInputClosed = true }
            }

            func answer(_ headers: HTTPHeaders = ["Content-Length": "0"]) {
                guard let context = self.context else { return }
                let head = HTTPResponseHead(version: .http1_1, status: .accepted, headers: headers)
                context.write(self.wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
            }
        }

        private let handler = Mutex<NIOLoopBound<Handler>?>(nil)

        func install(on channel: any Channel, isSecure: Bool) throws {
            let handler = Handler()
            try channel.pipeline.syncOperations.addHandler(handler)
            self.handler.withLock { $0 = NIOLoopBound(handler, eventLoop: channel.eventLoop) }
        }

        var installed: Handler? { self.handler.withLock { $0?.value } }
    }

    @Test func `pipelined requests are answered in order`() throws {
        let peer = try Peer()
        let session = try peer.openSession()
        let requests = (1...50).map { Peer.post(Peer.publish(session.clientID, data: "\($0)"), session.cookie) }
        try peer.send(requests.joined())
        #expect(try peer.takeStatuses() == Array(repeating: 200, count: 50))
    }

    @Test func `a request behind a held connect waits, and nothing more is read`() throws {
        let peer = try Peer()
        let session = try peer.openSession()
        try peer.subscribe(session, to: "/a")
        try peer.send(Peer.post(Peer.connect(session.clientID), session.cookie))
        #expect(try peer.take().isEmpty)
        let reads = peer.readCount
        peer.channel.read()
        #expect(peer.readCount == reads + 1)

        try peer.send(Peer.post(Peer.handshake) + Peer.get("/else") + Peer.post("null"))
        peer.channel.read()
        #expect(try peer.take().isEmpty)
        #expect(peer.readCount == reads + 1)

        try peer.publishAsOther(to: "/a")
        let answers = try peer.take()
        let parts = answers.components(behind: "HTTP/1.1 ")
        try #require(parts.count == 4)
        #expect(parts[0].contains("/meta/connect") && parts[1].contains("/meta/handshake"))
        #expect(parts[2].hasPrefix("404 ") && parts[3].hasPrefix("200 "))
        // The read that was held back.
        #expect(peer.readCount == reads + 2)
    }

    @Test func `a connect that expires lets the next request through`() throws {
        let peer = try Peer()
        let session = try peer.openSession()
        let connect = Peer.connect(session.clientID, advice: #"{"timeout":500}"#)
        try peer.send(Peer.post(connect, session.cookie) + Peer.post("null"))
        #expect(try peer.take().isEmpty)
        peer.advance(by: .seconds(1))
        #expect(try peer.takeStatuses() == [200, 200])
    }

    @Test func `our requests wait for the fallback's answer, and its own for ours`() throws {
        let slow = SlowLane()
        let peer = try Peer(fallback: slow)
        try peer.send(Peer.post("abc", to: "/else") + Peer.post(Peer.handshake) + Peer.get("/more") + Peer.post("null"))
        let handler = try #require(slow.installed)
        #expect(handler.seen == ["POST /else", "abc", "end"])
        #expect(try peer.take().isEmpty)

        handler.answer()
        #expect(try peer.takeStatuses() == [202, 200])
        #expect(handler.seen.suffix(2) == ["GET /more", "end"])
        #expect(handler.completedReads == 2)

        handler.answer()
        #expect(try peer.takeStatuses() == [202, 200])
        #expect(peer.isOpen)
    }

    @Test func `a fallback that answers before it has read all is still given all`() throws {
        let slow = SlowLane()
        let peer = try Peer(fallback: slow)
        try peer.send(Peer.request("POST", "/else", headers: ["Content-Length: 4"], body: "ab"))
        let handler = try #require(slow.installed)
        handler.answer()
        try peer.send("cd" + Peer.post("null"))
        #expect(handler.seen == ["POST /else", "ab", "cd", "end"])
        #expect(try peer.takeStatuses() == [202, 200])
    }

    @Test func `the fallback closes the connection when its answer says so`() throws {
        let slow = SlowLane()
        let peer = try Peer(fallback: slow)
        try peer.send(Peer.get("/else") + Peer.post("null"))
        try #require(slow.installed).answer(["Content-Length": "0", "Connection": "close"])
        #expect(try peer.takeStatuses() == [202])
        #expect(!peer.isOpen)
    }

    @Test func `the fallback hears of an error in its own request only`() throws {
        let slow = SlowLane()
        let peer = try Peer(fallback: slow)
        try peer.send(Peer.request("POST", "/else", headers: ["Transfer-Encoding: chunked"], body: "xyz\r\n"))
        let handler = try #require(slow.installed)
        #expect(handler.errors.count == 1)
        #expect(try peer.take().isEmpty)

        let second = SlowLane()
        let other = try Peer(fallback: second)
        try other.send(Peer.get("/else") + "nonsense\r\n\r\n")
        #expect(try #require(second.installed).errors.isEmpty)
        try #require(second.installed).answer()
        #expect(try other.takeStatuses() == [202, 400])
        #expect(!other.isOpen)
    }

    @Test func `the fallback hears that the client has closed its side`() throws {
        let slow = SlowLane()
        let peer = try Peer(fallback: slow)
        try peer.send(Peer.get("/else"))
        peer.closeInput()
        #expect(try #require(slow.installed).sawInputClosed)
        try #require(slow.installed).answer()
        #expect(try peer.take().contains("Connection: close"))
        #expect(!peer.isOpen)
    }

    @Test func `the last answer of the fallback says so`() throws {
        let slow = SlowLane()
        let peer = try Peer(fallback: slow)
        try peer.send(Peer.get("/else"))
        peer.quiesce()
        #expect(peer.isOpen)
        try #require(slow.installed).answer()
        #expect(try peer.take().contains("Connection: close"))
        #expect(!peer.isOpen)
    }

    @Test func `a client that sends without reading is not read from`() throws {
        let peer = try Peer()
        peer.channel.isWritable = false
        peer.channel.pipeline.fireChannelWritabilityChanged()
        try peer.send(Peer.post("null"))
        #expect(try peer.take().isEmpty)
        let reads = peer.readCount
        peer.channel.read()
        #expect(peer.readCount == reads)

        peer.channel.isWritable = true
        peer.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try peer.takeStatuses() == [200])
        #expect(peer.readCount == reads + 1)
    }
}

import NIOCore
import NIOEmbedded
import Testing

@testable import CometDServerNIO

/// How long a connection may be slow, silent or deaf.
@Suite struct HTTPTimeoutTests {
    typealias Peer = HTTPEmbeddedPeer

    private static var options: ListenerOptions {
        var options = ListenerOptions()
        options.requestTimeout = .seconds(10)
        options.idleTimeout = .seconds(20)
        return options
    }

    @Test(arguments: [
        "POST", "POST /cometd HTTP/1.1\r\nHost:", "POST /cometd HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n[",
        "POST /cometd HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[{\r\n",
    ])
    func `a request that does not end is answered with 408`(half: String) throws {
        let peer = try Peer(listener: Self.options)
        try peer.send(half)
        peer.advance(by: .seconds(9))
        #expect(try peer.take().isEmpty)
        peer.advance(by: .milliseconds(1100))
        #expect(try peer.take().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(!peer.isOpen)
    }

    @Test func `drops do not stretch the time`() throws {
        let peer = try Peer(listener: Self.options)
        for drop in "POST /cometd HTTP" {
            #expect(peer.isOpen)
            try peer.send("\(drop)")
            peer.advance(by: .milliseconds(600))
        }
        #expect(try peer.takeStatuses() == [408])
    }

    @Test func `a connection without a request is closed silently`() throws {
        let fresh = try Peer(listener: Self.options)
        let used = try fresh.another()
        try used.send(Peer.post("null"))
        _ = try used.take()
        fresh.advance(by: .seconds(19))
        try used.send(Peer.post("null"))
        #expect(fresh.isOpen)
        fresh.advance(by: .milliseconds(1100))
        #expect(!fresh.isOpen && used.isOpen)
        #expect(try fresh.take().isEmpty)

        used.advance(by: .seconds(20))
        #expect(!used.isOpen)
    }

    @Test func `a held connect may take longer than both`() throws {
        let peer = try Peer(listener: Self.options)
        let session = try peer.openSession()
        try peer.send(Peer.post(Peer.connect(session.clientID, advice: #"{"timeout":50000}"#), session.cookie))
        peer.advance(by: .seconds(49))
        #expect(peer.isOpen)
        peer.advance(by: .seconds(2))
        #expect(try peer.takeStatuses() == [200])
        peer.advance(by: .seconds(18))
        #expect(peer.isOpen)
        peer.advance(by: .seconds(3))
        #expect(!peer.isOpen)
    }

    @Test func `a client that does not read its answer is closed`() throws {
        let peer = try Peer(listener: Self.options)
        peer.channel.isWritable = false
        peer.channel.pipeline.fireChannelWritabilityChanged()
        peer.advance(by: .seconds(59))
        #expect(peer.isOpen)
        peer.advance(by: .milliseconds(1100))
        #expect(!peer.isOpen)
    }
}

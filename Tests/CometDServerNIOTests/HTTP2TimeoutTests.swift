import CometDServer
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import CometDServerNIO

/// How connections and streams of HTTP/2 end when time passes, and what the sessions learn of it.
@Suite struct HTTP2TimeoutTests {
    typealias Peer = HTTP2EmbeddedPeer

    @Test func `a connection without a request ends after the idle timeout, announced`() throws {
        let peer = try Peer()
        _ = try peer.openSession()
        try peer.advance(seconds: 59)
        #expect(peer.isOpen && peer.goAwayCount == 0)
        try peer.advance(seconds: 2)
        #expect(!peer.isOpen && peer.goAwayCount > 0)
    }

    @Test func `a client that says nothing at all is closed after the idle timeout`() throws {
        var options = ListenerOptions()
        options.http2.pingInterval = .seconds(3600)
        let peer = try Peer(listener: options)
        peer.isReading = false
        try peer.advance(seconds: 60)
        #expect(peer.isOpen)
        try peer.advance(seconds: 6)
        #expect(!peer.isOpen)
    }

    @Test func `a held connect keeps its connection open, and the client is asked whether it is there`() throws {
        let peer = try Peer { $0.longPolling.common.timeout = .seconds(600) }
        let session = try peer.openSession()
        let connect = try peer.connect(session)
        try peer.advance(seconds: 305)
        #expect(peer.isOpen && connect.answer == nil && !connect.hasFailed)
        #expect(peer.pingCount == 10 && peer.goAwayCount == 0)
    }

    @Test func `a client that does not answer to pings is given up`() throws {
        let peer = try Peer { $0.longPolling.http2MaxSessionsPerBrowser = 1 }
        let session = try peer.openSession()
        _ = try peer.connect(session)
        peer.isReading = false
        try peer.advance(seconds: 51)
        #expect(peer.isOpen)
        try peer.advance(seconds: 6)
        #expect(!peer.isOpen)
    }

    @Test func `a request that does not arrive in time is answered with 408`() throws {
        let peer = try Peer()
        let request = try peer.start(.POST, "/cometd", body: "[", ends: false)
        try peer.advance(seconds: 29)
        #expect(request.answer == nil)
        try peer.advance(seconds: 2)
        #expect(request.answer?.status == 408)
        #expect(peer.isOpen)
        #expect(try peer.start(.POST, "/cometd", body: HTTPEmbeddedPeer.handshake).answer?.status == 200)
    }

    @Test func `the rest of a refused request is waited for two seconds`() throws {
        let peer = try Peer { $0.longPolling.maxMessageSize = 10 }
        let request = try peer.start(.POST, "/cometd", body: String(repeating: " ", count: 11), ends: false)
        #expect(request.answer?.status == 413)
        #expect(request.stream.isActive)
        try peer.advance(seconds: 3)
        #expect(!request.stream.isActive)
        #expect(peer.isOpen)
    }

    @Test func `an answer that the client does not read is given up after a minute`() throws {
        var options = ListenerOptions()
        options.http2.pingInterval = .seconds(3600)
        let peer = try Peer(listener: options) { $0.longPolling.http2MaxSessionsPerBrowser = 1 }
        let session = try peer.openSession()
        // More than the window that a client opens at first, which this one does not open any wider.
        let filler = String(repeating: "x", count: 200_000)
        peer.isReading = false
        let connect = try peer.connect(session)
        try peer.publishAsOther(filler)
        try peer.advance(seconds: 61)
        #expect(peer.isOpen)
        peer.isReading = true
        try peer.settle()
        #expect(connect.answer == nil && connect.hasFailed)
    }

    @Test(arguments: [true, false])
    func `a session is told when the client of its held connect has gone`(isReset: Bool) throws {
        let peer = try Peer { $0.longPolling.http2MaxSessionsPerBrowser = 1 }
        let session = try peer.openSession()
        let connect = try peer.connect(session)
        #expect(connect.answer == nil)
        #expect(try peer.isBrowserBusy(session))
        if isReset { try peer.reset(connect) } else { peer.cut() }
        #expect(try !peer.isBrowserBusy(session))
    }

    @Test func `the end is announced to a client whose connect is answered meanwhile`() throws {
        let peer = try Peer()
        let session = try peer.openSession()
        let connect = try peer.connect(session)
        try peer.quiesce()
        #expect(peer.isOpen && peer.goAwayCount == 2)
        try peer.publishAsOther("news")
        #expect(connect.answer?.body.contains("news") == true)
        #expect(!peer.isOpen)
    }

    @Test func `requests that go on after the end has been announced have their time`() throws {
        let peer = try Peer { $0.longPolling.common.timeout = .seconds(600) }
        let session = try peer.openSession()
        _ = try peer.connect(session)
        try peer.quiesce()
        try peer.advance(seconds: 29)
        #expect(peer.isOpen)
        try peer.advance(seconds: 2)
        #expect(!peer.isOpen)
    }
}

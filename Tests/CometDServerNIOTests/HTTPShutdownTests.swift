import CometDServer
import NIOCore
import NIOEmbedded
import Testing

@testable import CometDServerNIO

/// How connections end: by the server's will or the client's.
@Suite struct HTTPShutdownTests {
    typealias Peer = HTTPEmbeddedPeer

    @Test func `an idle connection is closed when the listener stops`() throws {
        let peer = try Peer()
        try peer.send(Peer.post("null"))
        peer.quiesce()
        #expect(!peer.isOpen)
    }

    @Test func `the answer to a held connect is the last one`() throws {
        let peer = try Peer()
        let session = try peer.openSession()
        try peer.subscribe(session, to: "/a")
        try peer.send(Peer.post(Peer.connect(session.clientID), session.cookie) + Peer.post("null"))
        peer.quiesce()
        #expect(peer.isOpen)
        try peer.publishAsOther(to: "/a")
        let answer = try peer.take()
        #expect(answer.count(of: "HTTP/1.1 200 ") == 1)
        #expect(answer.contains("Connection: close\r\n") && answer.contains("/meta/connect"))
        #expect(!peer.isOpen)
    }

    @Test func `a request that is half sent when the listener stops is answered`() throws {
        let peer = try Peer()
        let request = Peer.post(Peer.handshake)
        try peer.send(String(request.dropLast(5)))
        peer.quiesce()
        #expect(peer.isOpen)
        #expect(try peer.exchange(String(request.suffix(5))).contains("Connection: close\r\n"))
        #expect(!peer.isOpen)
    }

    @Test(arguments: [true, false])
    func `a session is told when the client of its held connect has gone`(halfway: Bool) throws {
        let peer = try Peer()
        let session = try peer.openSession()
        try peer.subscribe(session, to: "/a")
        try peer.send(Peer.post(Peer.connect(session.clientID), session.cookie))
        if halfway {
            peer.closeInput()
        } else {
            peer.channel.close(promise: nil)
            peer.loop.run()
        }
        #expect(!peer.isOpen)
        #expect(try peer.take().isEmpty)

        // Nothing was lost with it: what is published now comes with the next connect.
        try peer.publishAsOther(to: "/a", data: "42")
        let next = try peer.another().exchange(Peer.post(Peer.connect(session.clientID), session.cookie))
        #expect(next.contains(#""data":42"#))
    }

    @Test func `a client that has closed its side gets the answer to what it sent`() throws {
        let peer = try Peer { $0.longPolling.maxMessageSize = 100 }
        try peer.send(Peer.post(Peer.handshake))
        #expect(try peer.takeStatuses() == [200])
        peer.closeInput()
        #expect(!peer.isOpen)
    }

    @Test func `a superseded connect is answered with 500 and nothing`() throws {
        let first = try Peer()
        let second = try first.another()
        let session = try first.openSession()
        try first.send(Peer.post(Peer.connect(session.clientID), session.cookie))
        try second.send(Peer.post(Peer.connect(session.clientID), session.cookie))
        let answer = try first.take()
        #expect(answer.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
        #expect(answer.contains("Content-Length: 0\r\n") && answer.hasSuffix("\r\n\r\n"))
        #expect(try second.take().isEmpty)
        #expect(first.isOpen)
    }
}

import CometDServer
import NIOCore
import NIOHTTP1
import Testing

@testable import CometDServerNIO

/// What clients of HTTP/2 do wrong, and who is harmed by it.
@Suite struct HTTP2FaultTests {
    typealias Peer = HTTP2EmbeddedPeer

    @Test(
        arguments: [
            ["content-length": "5"], ["content-length": "-1"], ["content-length": "1", "Content-length": "2"],
            ["te": "gzip"], [":protocol": "websocket"], ["a b": "c"], ["a": "b\r\nc"],
        ] as [HTTPHeaders]
    )
    func `a malformed request ends its own stream only`(headers: HTTPHeaders) throws {
        let peer = try Peer()
        let session = try peer.openSession()
        let connect = try peer.connect(session)
        let malformed = try peer.start(.POST, "/cometd", extra: headers, body: "[]")
        #expect(malformed.hasFailed || malformed.answer?.status == 400)
        #expect(peer.isOpen && !connect.hasFailed)
        try peer.publishAsOther("news")
        #expect(connect.answer?.body.contains("news") == true)
    }
}

import NIOCore
import Testing

@testable import CometDServerNIO

@Suite struct HTTPDateTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
    ])
    func `dates stand as RFC 9110 has them`(second: Int, date: String) {
        #expect(String(buffer: DateLine.line(at: second)) == "Date: \(date)\r\n")
    }

    @Test func `every answer carries the date`() throws {
        let peer = try HTTPEmbeddedPeer()
        #expect(try peer.exchange(HTTPEmbeddedPeer.post(HTTPEmbeddedPeer.handshake)).contains("\r\nDate: "))
        #expect(try peer.exchange(HTTPEmbeddedPeer.post("x")).contains("\r\nDate: "))
    }
}

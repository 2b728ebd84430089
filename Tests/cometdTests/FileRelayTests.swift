import Bayeux
import CometDTestKit
import NIOCore
import Testing

@testable import cometd

@Suite("FileRelay")
struct FileRelayTests {
    private let test = TestServer()

    init() throws { try FileRelay.install(on: self.test.server) }

    private func data(bytes: Int, size: Int, index: Int = 0) -> String {
        let meta: JSONObject = [
            "name": "a.txt", "type": "", "size": .number(JSONNumber(size)), "index": .number(JSONNumber(index)),
        ]
        return "\(BinaryData(ByteBuffer(repeating: 7, count: bytes), isLast: false, metadata: meta).json)"
    }

    private func error(_ peer: DemoPeer, _ data: String, to name: String = "abcdEFGH1") -> String {
        peer.error(publishing: data, to: "/demo/file/\(name)", ext: #"{"binary":{}}"#)
    }

    @Test func `pieces reach the subscribers as they are`() {
        let (ada, bob) = (DemoPeer(self.test), DemoPeer(self.test, subscribedTo: "/demo/file/*"))
        let piece = self.data(bytes: 32 << 10, size: 40_000)

        #expect(self.error(ada, piece) == "")
        #expect(self.error(ada, self.data(bytes: 40_000 - (32 << 10), size: 40_000, index: 1)) == "")

        let received = bob.take("/demo/file/abcdEFGH1")
        #expect(received.count == 2 && received.first == piece)
    }

    @Test(arguments: ["short", "has-a-dash", String(repeating: "x", count: 33), "sub/folder1"])
    func `a transfer has a name of letters and digits`(name: String) {
        let ada = DemoPeer(self.test)
        let error = self.error(ada, self.data(bytes: 1, size: 1), to: name)

        // Below a transfer there are no transfers: those channels are nobody's.
        #expect(error.hasPrefix("403:transfer_invalid:") || name.contains("/"))
    }

    @Test func `what is too large is refused`() {
        let ada = DemoPeer(self.test)

        #expect(self.error(ada, self.data(bytes: (32 << 10) + 4, size: 40_000)).hasPrefix("403:piece_too_large:"))
        #expect(self.error(ada, self.data(bytes: 4, size: (8 << 20) + 1)).hasPrefix("403:file_too_large:"))
        #expect(self.error(ada, self.data(bytes: 4, size: -1)).hasPrefix("403:piece_invalid:"))
        #expect(self.error(ada, "{}").hasPrefix("403:piece_invalid:"))
        #expect(self.error(ada, #""text""#).hasPrefix("403:piece_invalid:"))
    }

    @Test func `pieces that are more together than the file are refused`() {
        let (ada, bob) = (DemoPeer(self.test), DemoPeer(self.test, subscribedTo: "/demo/file/*"))
        #expect(self.error(ada, self.data(bytes: 60, size: 100)) == "")
        #expect(self.error(ada, self.data(bytes: 60, size: 100)).hasPrefix("404:"))
        #expect(self.error(ada, self.data(bytes: 4, size: 100)).hasPrefix("404:"))

        // Another transfer has its own count.
        #expect(self.error(ada, self.data(bytes: 60, size: 100), to: "abcdEFGH2") == "")
        #expect(bob.take("/demo/file/abcdEFGH1").count == 1)
    }
}

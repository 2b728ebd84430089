import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import Synchronization
import Testing

@Suite struct BinaryExtensionTests {
    let test = TestServer()
    let mark = #","ext":{"binary":{}}"#

    init() {
        self.test.server.addExtension(BinaryExtension())
    }

    @Test func `bytes reach listeners, and subscribers as they came`() throws {
        let seen = Mutex<[BinaryData?]>([])
        try self.test.server.channel("/files").addListener { _, message in
            let binary = try message.binaryData
            seen.withLock { $0.append(binary) }
            return true
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/files")
        let data = #"{"data":"HelloWorld", "last":false, "meta":{"name":"a.bin"}}"#
        let delivered = peer.publish("/files", data: data, more: self.mark + #","id":"1""#).messages.first
        #expect(delivered?.description == #"{"channel":"/files","data":\#(data),"ext":{"binary":{}}}"#)
        let bytes = [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b] as [UInt8]
        #expect(seen.withLock { $0 } == [BinaryData(bytes, isLast: false, metadata: ["name": "a.bin"])])
    }

    @Test(arguments: [
        "1", "null", "{}", #"{"data":"Hello World","last":true}"#, #"{"data":"HelloW","last":true}"#,
        #"{"data":"%nSc1","last":true}"#, #"{"data":"HelloWorld"}"#, #"{"data":"HelloWorld","last":true,"meta":1}"#,
    ])
    func `malformed bytes are refused`(data: String) {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/files")
        let reply = peer.publish("/files", data: data, more: self.mark)
        #expect(reply.messages.map { $0["error"] } == ["404::message deleted"])
    }

    @Test func `other messages are left alone`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/files")
        for more in ["", #","ext":{"other":1}"#, #","ext":{"binary":null}"#, #","ext":7"#] {
            #expect(peer.publish("/files", data: #"{"data":7}"#, more: more).messages.count == 2)
        }
    }

    @Test func `a service answers with bytes`() throws {
        try self.test.server.channel("/service/reverse").addListener { session, message in
            guard let binary = try message.binaryData else { return true }
            let reversed = BinaryData(binary.bytes.readableBytesView.reversed())
            session?.deliver(BayeuxMessage(channel: "/service/reverse", binary: reversed))
            return true
        }
        let peer = LongPollingPeer(self.test)
        let answer = peer.publish("/service/reverse", data: #"{"data":"00000","last":true}"#, more: self.mark)
        #expect(
            answer.messages.first?.description
                == #"{"channel":"/service/reverse","data":{"data":"00000","last":true},"ext":{"binary":{}}}"#
        )
    }
}

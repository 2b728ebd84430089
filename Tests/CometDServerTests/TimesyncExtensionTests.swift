import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct TimesyncExtensionTests {
    let test = TestServer()
    let time = SettableClock(.milliseconds(1_700_000_000_000))

    init() {
        self.test.server.addExtension(TimesyncExtension(clock: self.time.clock))
    }

    private func handshake(_ sync: String) -> JSONBytes? {
        self.test.post(#"[{"channel":"/meta/handshake","ext":{"timesync":\#(sync)}}]"#).messages.first?.json["ext"]
    }

    @Test func `a handshake is answered with the server's time and the client's error`() {
        // The client is 400 ms behind, has reckoned with 300 and a lag of 60.
        let ext = self.handshake(#"{"tc":1699999999600,"l":60,"o":300}"#)
        #expect(ext?.description == #"{"timesync":{"tc":1699999999600,"ts":1700000000000,"p":0,"a":-40}}"#)
    }

    @Test(
        arguments: [
            ("0", "0", #"{"tc":1699999999999,"ts":1700000000000,"p":0,"a":-1}"#), ("1", "0", nil), ("20", "5", nil),
            ("25", "0", nil), ("26", "0", #"{"tc":1699999999999,"ts":1700000000000,"p":0,"a":25}"#), ("10", "-33", nil),
            ("10", "-34", #"{"tc":1699999999999,"ts":1700000000000,"p":0,"a":-25}"#),
            ("null", "0", #"{"tc":1699999999999,"ts":1700000000000,"p":0}"#),
            ("100.4", "null", #"{"tc":1699999999999,"ts":1700000000000,"p":0,"a":99}"#),
        ] as [(String, String, String?)]
    )
    func `a client that is accurate is left alone`(lag: String, offset: String, reply: String?) {
        let ext = self.handshake(#"{"tc":1699999999999,"l":\#(lag),"o":\#(offset)}"#)
        #expect(ext?["timesync"]?.description == reply)
    }

    @Test(arguments: [
        "1", "null", "[]", "{}", #"{"tc":"1","l":0,"o":0}"#, #"{"tc":1e300,"l":0,"o":0}"#, #"{"tc":null,"ts":1}"#,
        #"{"tc":99999999999999999999,"l":0}"#,
    ])
    func `what is malformed is ignored`(sync: String) {
        #expect(self.handshake(sync) == nil)
    }

    @Test func `absurd numbers are survived`() {
        #expect(
            self.handshake(#"{"tc":-4e15,"l":-4e15,"o":-4e15,"ts":5}"#)?["timesync"]?["ts"]?.intValue
                == 1_700_000_000_000
        )
        #expect(self.handshake(#"{"tc":1,"l":1e400,"o":1e15}"#)?["timesync"]?.description.contains("\"a\"") == false)
    }

    @Test func `a held connect tells how long it was held`() {
        let peer = LongPollingPeer(self.test)
        let connect = peer.connect(#","id":"7","ext":{"other":1,"timesync":{"tc":5,"l":0,"o":0}}"#)
        #expect(connect.body == nil)
        self.time.advance(by: .seconds(30))
        self.test.advance(by: .seconds(30.1))
        let sync = connect.messages.first?.json["ext"]?["timesync"]
        #expect(sync?.description == #"{"tc":5,"ts":1700000000000,"p":30000,"a":-1699999999995}"#)
    }

    @Test func `a connect that brings a message tells how long it was held`() async throws {
        let peer = LongPollingPeer(self.test)
        let connect = peer.connect(#","ext":{"timesync":{"tc":5,"l":0,"o":0}}"#)
        self.time.advance(by: .seconds(2))
        let session = try #require(await self.test.server.session(peer.clientID))
        session.deliver(try JSONBytes("1"), on: "/a")
        self.test.settle()
        #expect(connect.messages.last?.json["ext"]?["timesync"]?["p"]?.intValue == 2000)
    }

    @Test func `only meta messages are answered`() {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let reply = peer.publish("/a", more: #","ext":{"timesync":{"tc":5,"l":0,"o":0}}"#)
        #expect(reply.messages.last?.json["ext"] == nil)
        // Nor does what was noted reach other clients.
        #expect(reply.messages.first?.json["ext"]?.description == #"{"timesync":{"tc":5,"l":0,"o":0}}"#)
    }

    @Test func `a clock that goes back makes no negative time`() {
        let peer = LongPollingPeer(self.test)
        let connect = peer.connect(#","ext":{"timesync":{"tc":5}}"#)
        self.time.advance(by: .seconds(-10))
        self.test.advance(by: .seconds(30.1))
        #expect(connect.messages.first?.json["ext"]?["timesync"]?["p"]?.intValue == 0)
    }
}

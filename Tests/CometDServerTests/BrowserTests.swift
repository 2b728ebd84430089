import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct BrowserTests {
    let test = TestServer()

    @Test func `while one session of a browser holds its connect the others poll, until it is free`() {
        let first = LongPollingPeer(self.test)
        let second = LongPollingPeer(self.test, cookie: first.cookie)
        let held = first.connect()
        let polled = second.connect()
        #expect(polled.messages.first?["successful"] == "true")
        #expect(
            polled.messages.first?["advice"]
                == #"{"interval":2000,"multiple-clients":true,"reconnect":"retry"}"#
        )
        held.abort()
        #expect(second.connect().status == nil)
    }

    @Test func `a polling session gets its messages and lives through the longer interval`() {
        let first = LongPollingPeer(self.test)
        let second = LongPollingPeer(self.test, cookie: first.cookie)
        second.subscribe("/a")
        first.connect()
        second.connect()
        self.test.advance(by: .seconds(11))
        LongPollingPeer(self.test).publish("/a")
        #expect(second.connect().messages.count == 2)
    }

    @Test func `several sessions hold their connects where the limit allows it`() {
        for limit in [2, nil] {
            var options = ServerOptions()
            options.longPolling.maxSessionsPerBrowser = limit
            let test = TestServer(options: options)
            let first = LongPollingPeer(test)
            let second = LongPollingPeer(test, cookie: first.cookie)
            #expect(first.connect().status == nil)
            #expect(second.connect().status == nil)
        }
    }

    @Test func `over HTTP 2 another limit applies, by default none`() {
        for limit in [nil, 1, 2] {
            var options = ServerOptions()
            options.longPolling.http2MaxSessionsPerBrowser = limit
            let test = TestServer(options: options)
            let first = LongPollingPeer(test, isHTTP2: true)
            let second = LongPollingPeer(test, cookie: first.cookie, isHTTP2: true)
            #expect(first.connect().status == nil)
            #expect((second.connect().status == nil) == (limit != 1))
        }
    }

    @Test func `connects that are held over HTTP 2 count over HTTP 1, too`() {
        let first = LongPollingPeer(self.test, isHTTP2: true)
        let second = LongPollingPeer(self.test, cookie: first.cookie)
        first.connect()
        #expect(second.connect().status == 200)
    }

    @Test func `without an interval for polling, further sessions are told to stay away`() {
        var options = ServerOptions()
        options.longPolling.multiSessionInterval = .zero
        let test = TestServer(options: options)
        let first = LongPollingPeer(test)
        let second = LongPollingPeer(test, cookie: first.cookie)
        first.connect()
        let refused = second.connect().messages.first
        #expect(refused?["successful"] == "false")
        #expect(refused?["advice"] == #"{"multiple-clients":true,"reconnect":"none"}"#)
    }

    @Test func `a superseded connect gives back what it held of its browser`() {
        let first = LongPollingPeer(self.test)
        let second = LongPollingPeer(self.test, cookie: first.cookie)
        for _ in 0..<3 { first.connect() }
        first.send(#"{"channel":"/meta/disconnect","clientId":"\#(first.clientID)"}"#)
        #expect(second.connect().status == nil)
    }

    @Test(arguments: [nil, "invented", "other"])
    func `a stolen clientId with another cookie or none is unknown, and the victim notices nothing`(cookie: String?) {
        let victim = LongPollingPeer(self.test)
        let held = victim.connect()
        let other = LongPollingPeer(self.test)
        let reply = self.test.post(
            #"[{"channel":"/meta/disconnect","clientId":"\#(victim.clientID)"}]"#,
            cookie: cookie == "other" ? other.cookie : cookie
        )
        #expect(reply.messages.first?["error"] == "402::Unknown client")
        #expect(held.status == nil)
    }

    @Test func `trustClientSession finds a session without a cookie, but not with another one`() {
        var options = ServerOptions()
        options.longPolling.trustClientSession = true
        let test = TestServer(options: options)
        let peer = LongPollingPeer(test)
        let message = #"[{"channel":"/a","clientId":"\#(peer.clientID)"}]"#
        #expect(test.post(message).messages.first?["successful"] == "true")
        #expect(test.post(message, cookie: "x").messages.first?["successful"] == "false")
    }

    @Test func `a session belongs to the HTTP transport that made it`() {
        let peer = LongPollingPeer(self.test)
        let reply = self.test.post(
            #"[{"channel":"/a","clientId":"\#(peer.clientID)"}]"#,
            cookie: peer.cookie,
            over: .callbackPolling
        )
        #expect(reply.messages.first?["error"] == "402::Unknown client")
    }

    @Test func `the messages of another client in a batch are refused`() {
        let one = LongPollingPeer(self.test)
        let two = LongPollingPeer(self.test, cookie: one.cookie)
        let replies = one.send(
            #"{"channel":"/a","clientId":"\#(one.clientID)"},{"channel":"/a","clientId":"\#(two.clientID)"}"#
        )
        #expect(replies.messages.map { $0["successful"] } == ["true", "false"])
    }
}

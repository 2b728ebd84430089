import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// What the listeners of a channel are told, and may do.
@Suite struct ChannelListenerTests {
    private let test = TestServer()
    private let record = Record()

    @Test func `a veto of a pattern's listener spares those behind it, and the subscribers`() throws {
        let record = self.record
        for (name, passes) in [("/a/*", true), ("/a/**", false), ("/**", true), ("/a/b", true)] {
            try self.test.server.channel(name).addListener { _, _ in
                record.add(name)
                return passes
            }
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a/b")
        #expect(self.record.take() == ["/**", "/**", "/**"])
        #expect(peer.publish("/a/b", more: #","id":"1""#).messages.map { $0["error"] } == ["404::message deleted"])
        #expect(self.record.take() == ["/a/*", "/a/**"])
        try self.test.server.channel("/a/b").publish(1)
        self.test.settle()
        #expect(self.record.take() == ["/a/*", "/a/**"])
        let held = peer.connect()
        #expect(held.status == nil)
    }

    @Test func `listeners of meta channels see the requests before they are carried out, and can stop them`() throws {
        let record = self.record
        for name in ["/meta/handshake", "/meta/*", "/meta/subscribe"] {
            try self.test.server.channel(name).addListener { session, message in
                record.add("\(name) \(message.channel ?? "") \(session == nil ? "no session" : "session")")
                return message["stop"] == nil
            }
        }
        let peer = LongPollingPeer(self.test)
        #expect(
            self.record.take() == ["/meta/* /meta/handshake no session", "/meta/handshake /meta/handshake no session"]
                + ["/meta/* /meta/connect session"]
        )
        let refused = peer.send(
            #"{"channel":"/meta/subscribe","clientId":"\#(peer.clientID)","subscription":"/a","stop":true}"#
        )
        #expect(refused.messages.map { $0["error"] } == ["404::message deleted"])
        #expect(self.record.take() == ["/meta/* /meta/subscribe session"])
        #expect(peer.publish("/a").messages.count == 1)
        #expect(self.record.take() == [])

        let unknown = peer.send(#"{"channel":"/meta/subscribe","clientId":"nobody","subscription":"/a"}"#)
        #expect(unknown.messages.map { $0["error"] } == ["402::Unknown client"])
        #expect(self.record.take() == [])
    }

    @Test func `a handshake that a listener stops makes no session`() throws {
        try self.test.server.channel("/meta/handshake").addListener { _, _ in false }
        let reply = self.test.post(#"[{"channel":"/meta/handshake","version":"1.0"}]"#)
        #expect(reply.messages.map { $0["error"] } == ["404::message deleted"])
        #expect(reply.messages.map { $0["clientId"] } == [nil])
    }

    @Test func `listeners of a channel are called in the order of their addition`() throws {
        let record = self.record
        let channel = try self.test.server.channel("/a")
        let tokens = (1...3).map { number in
            channel.addListener { _, message in
                record.add("\(number) \(message.data?.intValue ?? 0)")
                message.data = JSONBytes(.number(JSONNumber(number)))
                return true
            }
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        #expect(peer.publish("/a", data: "0").messages.first?["data"] == "3")
        #expect(self.record.take() == ["1 0", "2 1", "3 2"])
        channel.removeListener(tokens[1])
        channel.removeListener(tokens[1])
        peer.publish("/a", data: "0")
        #expect(self.record.take() == ["1 0", "3 1"])
    }

    @Test func `a listener that throws has no say, and those behind it are called`() throws {
        let record = self.record
        let channel = try self.test.server.channel("/a")
        channel.addListener { _, _ in throw CancellationError() }
        channel.addListener { _, _ in
            record.add("behind")
            return true
        }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let held = peer.connect()
        channel.publish(1)
        self.test.settle()
        #expect(held.status == 200)
        #expect(self.record.take() == ["behind"])
    }

    @Test func `while a listener waits the sender's messages wait, and others are served`() throws {
        let gate = Gate()
        try self.test.server.channel("/slow").addListener { _, _ in
            await gate.wait()
            return false
        }
        let (peer, other) = (LongPollingPeer(self.test), LongPollingPeer(self.test))
        let slow = peer.publish("/slow")
        let behind = peer.publish("/a")
        #expect(slow.status == nil && behind.status == nil)
        #expect(other.publish("/a").status == 200)
        gate.open()
        self.test.settle()
        #expect(slow.messages.first?["error"] == "404::message deleted")
        #expect(behind.messages.first?["successful"] == "true")
    }

    @Test func `listeners are told who subscribes to exactly this name, and who leaves`() async throws {
        let record = self.record
        for name in ["/a", "/*"] {
            let channel = try self.test.server.channel(name)
            channel.addListener(.subscribed { _, message in record.add("+\(name) \(message?.id ?? "nil")") })
            channel.addListener(.unsubscribed { _, message in record.add("-\(name) \(message?.id ?? "nil")") })
        }
        let peer = LongPollingPeer(self.test)
        func send(_ kind: String, id: String) {
            peer.send(
                #"{"channel":"/meta/\#(kind)","clientId":"\#(peer.clientID)","subscription":"/a","id":"\#(id)"}"#
            )
        }
        send("subscribe", id: "1")
        send("subscribe", id: "2")
        send("unsubscribe", id: "3")
        send("unsubscribe", id: "4")
        #expect(self.record.take() == ["+/a 1", "-/a 3"])
        peer.subscribe("/*")
        #expect(self.record.take() == ["+/* nil"])
        self.test.advance(by: .seconds(10.1))
        #expect(self.record.take() == ["-/* nil"])
    }

    @Test func `a listener that is told of a subscription may deliver to the new subscriber`() throws {
        try self.test.server.channel("/a").addListener(
            .subscribed { session, _ in session.deliver(1, on: "/a") }
        )
        let peer = LongPollingPeer(self.test)
        #expect(peer.subscribe("/a").messages.map { $0["channel"] } == ["/a", "/meta/subscribe"])
    }

    @Test func `a listener that is told of a subscription may end the session`() throws {
        try self.test.server.channel("/a").addListener(.subscribed { session, _ in session.disconnect() })
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        #expect(self.test.server.sessionCount == 0)
        #expect(peer.publish("/b").messages.first?["error"] == "402::Unknown client")
    }

    @Test func `a listener that is removed is told nothing more`() throws {
        let record = self.record
        let channel = try self.test.server.channel("/a")
        let token = channel.addListener(.subscribed { _, _ in record.add("+") })
        LongPollingPeer(self.test).subscribe("/a")
        channel.removeListener(token)
        LongPollingPeer(self.test).subscribe("/a")
        #expect(self.record.take() == ["+"])
    }
}

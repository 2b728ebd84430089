import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// What the listeners of the whole server are told.
@Suite struct ServerListenerTests {
    private let test = TestServer()
    private let record = Record()

    private func listenToSessions(_ test: TestServer) {
        let record = self.record
        test.server.addListener(
            .sessionAdded { session, message in record.add("added \(message.channel ?? "") \(session.isHandshook)") }
        )
        test.server.addListener(
            .sessionRemoved { session, message, reason in
                record.add("removed \(message?.channel ?? "nil") \(reason) \(session.isHandshook)")
            }
        )
    }

    @Test func `they are told of a session's beginning and of the client's disconnect, with the messages`() {
        self.listenToSessions(self.test)
        let peer = LongPollingPeer(self.test)
        #expect(self.record.take() == ["added /meta/handshake true"])
        peer.send(#"{"channel":"/meta/disconnect","clientId":"\#(peer.clientID)"}"#)
        #expect(self.record.take() == ["removed /meta/disconnect disconnected false"])
    }

    @Test func `they are told of a session's end by the application, without a message`() async throws {
        self.listenToSessions(self.test)
        try #require(await self.test.server.session(LongPollingPeer(self.test).clientID)).disconnect()
        #expect(self.record.take().last == "removed nil disconnected false")
    }

    @Test func `they are told of expiry, overflow and shutdown`() async throws {
        var options = ServerOptions()
        options.longPolling.common.maxQueue = 0
        let test = TestServer(options: options)
        self.listenToSessions(test)
        _ = LongPollingPeer(test)
        test.advance(by: .seconds(10.1))
        #expect(self.record.take().last == "removed nil expired false")
        try #require(await test.server.session(LongPollingPeer(test).clientID)).deliver(1, on: "/a")
        test.settle()
        #expect(self.record.take().last == "removed nil queueOverflow false")
        _ = LongPollingPeer(test)
        await test.server.drain()
        #expect(self.record.take().last == "removed nil shutdown false")
    }

    @Test func `a handshake that is refused is no session`() {
        struct Refusing: SecurityPolicy {
            func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool { false }
        }
        self.listenToSessions(self.test)
        self.test.server.securityPolicy = Refusing()
        self.test.post(#"[{"channel":"/meta/handshake"}]"#)
        self.test.advance(by: .seconds(11))
        #expect(self.record.take() == [])
    }

    @Test func `the attributes that sessionAdded sets are there when the session is removed`() {
        let record = self.record
        self.test.server.addListener(.sessionAdded { session, _ in session.attributes["user"] = "me" })
        self.test.server.addListener(
            .sessionRemoved { session, _, _ in record.add(session.attributes["user", as: String.self] ?? "") }
        )
        _ = LongPollingPeer(self.test)
        self.test.advance(by: .seconds(10.1))
        #expect(self.record.take() == ["me"])
    }

    private func listenToChannels() {
        let record = self.record
        self.test.server.addListener(.channelConfigured { record.add("configured \($0.id)") })
        self.test.server.addListener(.channelAdded { record.add("added \($0.id)") })
        self.test.server.addListener(.channelRemoved { record.add("removed \($0.id) \($0.exists)") })
    }

    @Test func `they are told of a channel before and after others can find it, whoever makes it`() throws {
        self.listenToChannels()
        let record = self.record
        let server = self.test.server
        server.addListener(
            .channelConfigured { record.add("found \(server.existingChannel($0.id.name) != nil)") }
        )
        server.addListener(.channelAdded { record.add("found \(server.existingChannel($0.id.name) != nil)") })
        let peer = LongPollingPeer(self.test)
        for make: () throws -> Void in [
            { _ = try server.channel("/a") }, { peer.subscribe("/b") }, { peer.publish("/c") },
        ] {
            try make()
            let lines = self.record.take()
            #expect(lines.count == 4)
            #expect(lines.map { $0.prefix(5) } == ["confi", "found", "added", "found"])
            #expect(lines[1] == "found false")
            #expect(lines[3] == "found true")
        }
        _ = try server.channel("/a")
        peer.publish("/b")
        #expect(self.record.take() == [])
    }

    @Test func `what is set on a channel while it is configured counts for the message that makes it`() {
        self.test.server.addListener(
            .channelConfigured { channel in
                channel.addListener { _, message in
                    message["seen"] = 1
                    return true
                }
                channel.broadcastsToPublisher = channel.id.name == "/loud"
            }
        )
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/*")
        #expect(peer.publish("/loud").messages.first?["seen"] == "1")
        #expect(peer.publish("/quiet").messages.count == 1)
    }

    @Test func `they are told of channels that are swept, and of those that are removed`() async throws {
        self.listenToChannels()
        let channel = try self.test.server.channel("/removed")
        _ = try self.test.server.channel("/swept")
        _ = self.record.take()
        await channel.remove()
        #expect(self.record.take() == ["removed /removed false"])
        await channel.remove()
        #expect(self.record.take() == [])
        self.test.advance(by: .seconds(4))
        #expect(self.record.take() == ["removed /swept false"])
        #expect(self.test.server.channelNames.sorted().first == "/meta/connect")
    }

    @Test func `they are told who subscribes to what, and with which request`() async throws {
        let record = self.record
        for (name, listener) in [
            (
                "subscribed",
                BayeuxServer.Listener.subscribed { session, channel, message in
                    record.add("subscribed \(channel.id) \(message?.id ?? "nil") \(session.isHandshook)")
                }
            ),
            (
                "unsubscribed",
                BayeuxServer.Listener.unsubscribed { _, channel, message in
                    record.add("unsubscribed \(channel.id) \(message?.id ?? "nil")")
                }
            ),
        ] {
            _ = name
            self.test.server.addListener(listener)
        }
        let peer = LongPollingPeer(self.test)
        func send(_ kind: String, _ subscription: String, id: String) {
            peer.send(
                #"{"channel":"/meta/\#(kind)","clientId":"\#(peer.clientID)","subscription":\#(subscription),"id":"\#(id)"}"#
            )
        }
        send("subscribe", #"["/a","/b/**"]"#, id: "1")
        #expect(self.record.take() == ["subscribed /a 1 true", "subscribed /b/** 1 true"])
        send("subscribe", #""/a""#, id: "2")
        send("subscribe", #""/service/a""#, id: "3")
        send("subscribe", #""/meta/*""#, id: "4")
        send("unsubscribe", #""/c""#, id: "5")
        #expect(self.record.take() == [])
        send("unsubscribe", #""/a""#, id: "6")
        send("unsubscribe", #""/a""#, id: "7")
        #expect(self.record.take() == ["unsubscribed /a 6"])
        peer.send(#"{"channel":"/meta/disconnect","clientId":"\#(peer.clientID)","id":"8"}"#)
        #expect(self.record.take() == ["unsubscribed /b/** nil"])
    }

    @Test func `they are told of subscriptions that the server makes, without a request`() async throws {
        let record = self.record
        self.test.server.addListener(
            .subscribed { _, channel, message in record.add("+\(channel.id) \(message == nil)") }
        )
        self.test.server.addListener(
            .unsubscribed { _, channel, message in record.add("-\(channel.id) \(message == nil)") }
        )
        let peer = LongPollingPeer(self.test)
        let session = try #require(await self.test.server.session(peer.clientID))
        let (a, b) = (try self.test.server.channel("/a"), try self.test.server.channel("/b"))
        await a.subscribe(session)
        await b.subscribe(session)
        await a.unsubscribe(session)
        await b.remove()
        #expect(self.record.take() == ["+/a true", "+/b true", "-/a true", "-/b true"])
    }

    @Test func `one that is removed is told nothing more, and the others are`() {
        let record = self.record
        let token = self.test.server.addListener(.sessionAdded { _, _ in record.add("one") })
        self.test.server.addListener(.sessionAdded { _, _ in record.add("two") })
        _ = LongPollingPeer(self.test)
        self.test.server.removeListener(token)
        self.test.server.removeListener(token)
        _ = LongPollingPeer(self.test)
        #expect(self.record.take() == ["one", "two", "two"])
    }

    @Test func `one that adds another, or removes itself, while it is told does no harm`() {
        let (server, record) = (self.test.server, self.record)
        server.addListener(
            .sessionAdded { _, _ in
                record.add("outer")
                server.addListener(.sessionAdded { _, _ in record.add("inner") })
            }
        )
        _ = LongPollingPeer(self.test)
        #expect(self.record.take() == ["outer"])
        _ = LongPollingPeer(self.test)
        #expect(self.record.take() == ["outer", "inner"])
    }
}

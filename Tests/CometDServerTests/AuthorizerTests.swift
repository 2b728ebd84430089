import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct AuthorizerTests {
    let test = TestServer()

    @Test func `without authorizers everything is granted`() {
        let peer = LongPollingPeer(self.test)
        #expect(peer.subscribe("/a").messages.first?["successful"] == "true")
        #expect(peer.publish("/b").messages.first?["successful"] == "true")
    }

    @Test func `with authorizers somebody must grant`() throws {
        try self.test.server.channel("/a").addAuthorizer(.grantNone)
        let peer = LongPollingPeer(self.test)
        #expect(peer.subscribe("/a").messages.first?["error"] == "403:denied_by_not_granting:subscribe_denied")
        #expect(peer.publish("/a").messages.first?["error"] == "403:denied_by_not_granting:publish denied")
        try self.test.server.channel("/a").addAuthorizer(.grantSubscribe)
        #expect(peer.subscribe("/a").messages.first?["successful"] == "true")
        #expect(peer.publish("/a").messages.first?["error"] == "403:denied_by_not_granting:publish denied")
    }

    @Test func `authorizers of patterns and of the channel are asked together, and a denial wins`() throws {
        try self.test.server.channel("/a/**").addAuthorizer(.grantAll)
        try self.test.server.channel("/a/b").addAuthorizer { request in
            request.operation == .publish ? .deny(reason: "read only") : .ignore
        }
        let peer = LongPollingPeer(self.test)
        #expect(peer.subscribe("/a/b").messages.first?["successful"] == "true")
        #expect(peer.publish("/a/b").messages.first?["error"] == "403:read only:publish denied")
        #expect(peer.publish("/a/c").messages.first?["successful"] == "true")
    }

    @Test func `creation is asked of the patterns that match`() throws {
        try self.test.server.channel("/a/*").addAuthorizer(.grantSubscribePublish)
        let peer = LongPollingPeer(self.test)
        #expect(peer.publish("/a/b").messages.first?["error"] == "403:denied_by_not_granting:create denied")
        #expect(peer.subscribe("/a/b").messages.first?["error"] == "403:denied_by_not_granting:create_denied")
        #expect(!self.test.server.channelNames.contains("/a/b"))
        _ = try self.test.server.channel("/a/b")
        #expect(peer.publish("/a/b").messages.first?["successful"] == "true")
        #expect(peer.subscribe("/a/b").messages.first?["successful"] == "true")
    }

    @Test(arguments: ["/chat/*", "/chat/**", "/chat/secret/**", "/chat/secret/*"])
    func `who may not subscribe to a pattern does not get around it by a narrower one`(pattern: String) throws {
        try self.test.server.channel("/chat/**").addAuthorizer { request in
            request.channel.isWild ? .deny(reason: "no patterns") : .grant
        }
        let peer = LongPollingPeer(self.test)
        let error = peer.subscribe(pattern).messages.first?["error"] ?? ""
        #expect(error.hasPrefix("403:no patterns:"))
        #expect(peer.subscribe("/chat/room").messages.first?["successful"] == "true")
    }

    @Test func `one that throws denies, and one that was removed is not asked`() throws {
        let channel = try self.test.server.channel("/a")
        let token = channel.addAuthorizer(.asking { _ in throw CancellationError() })
        let peer = LongPollingPeer(self.test)
        #expect(peer.publish("/a").messages.first?["error"] == "403:authorizer_failed:publish denied")
        channel.removeAuthorizer(token)
        #expect(peer.publish("/a").messages.first?["successful"] == "true")
    }

    @Test func `one that waits keeps the order of its session's messages and holds up nobody else`() async throws {
        let gate = AsyncStream<Void>.makeStream()
        try self.test.server.channel("/slow").addAuthorizer(
            .asking { _ in
                for await _ in gate.stream { break }
                return .grant
            }
        )
        let peer = LongPollingPeer(self.test)
        let other = LongPollingPeer(self.test)
        let slow = peer.publish("/slow")
        let behind = peer.publish("/free")
        #expect(other.publish("/free").messages.first?["successful"] == "true")
        #expect(slow.status == nil && behind.status == nil)
        gate.continuation.yield()
        gate.continuation.finish()
        // The stream's element is handed over on another thread; the test's event loop takes it up here.
        while behind.status == nil {
            self.test.settle()
            await Task.yield()
        }
        #expect(slow.messages.first?["successful"] == "true")
    }

    @Test func `one that never answers ends its session at maxProcessing, and harms nobody else`() throws {
        var options = ServerOptions()
        options.longPolling.common.maxProcessing = .seconds(5)
        let test = TestServer(options: options)
        try test.server.channel("/stuck").addAuthorizer(
            .asking { _ in
                await forever()
                return .grant
            }
        )
        let peer = LongPollingPeer(test)
        let other = LongPollingPeer(test)
        let stuck = peer.publish("/stuck")
        test.advance(by: .seconds(4.9))
        #expect(stuck.status == nil)
        test.advance(by: .seconds(0.2))
        #expect(stuck.messages.first?["error"] == "402::Unknown client")
        #expect(stuck.answerCount == 1)
        #expect(other.publish("/a").messages.first?["successful"] == "true")
    }

    /// Knows some answers at once; the asynchronous members would refuse everything.
    private struct Quick: SecurityPolicy {
        func decision(on request: Authorizer.Request) -> Bool? {
            request.channel.name == "/asked" ? nil : request.operation != .publish
        }

        func canSubscribe(to channel: ChannelID, session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            false
        }
    }

    @Test func `a policy that knows the answer is not asked to wait for it`() {
        self.test.server.securityPolicy = Quick()
        let peer = LongPollingPeer(self.test)
        #expect(peer.subscribe("/a").messages.first?["successful"] == "true")
        #expect(
            peer.subscribe("/asked").messages.first?["error"] == "403:denied_by_security_policy:subscribe_denied"
        )
        #expect(peer.publish("/a").messages.first?["error"] == "403:denied_by_security_policy:publish denied")
    }
}

@Suite struct HandshakeAnswerTests {
    private struct Answering: SecurityPolicy {
        let answer: HandshakeAnswer

        func answer(to message: BayeuxMessage, from session: ServerSession) async throws -> HandshakeAnswer {
            session.attributes["user"] = message.ext?["user"]?.stringValue
            return self.answer
        }
    }

    private func handshake(_ answer: HandshakeAnswer) -> TestMessage? {
        let test = TestServer()
        test.server.securityPolicy = Answering(answer: answer)
        return test.post(#"[{"channel":"/meta/handshake","ext":{"user":"ann"}}]"#).messages.first
    }

    @Test func `a refusal may carry ext, advice and an error of its own`() {
        let reply = self.handshake(
            .refused(
                ext: ["challenge": "abc"],
                advice: Advice(reconnect: .handshake, interval: .seconds(1)),
                error: "401::token_expired"
            )
        )
        #expect(reply?["successful"] == "false")
        #expect(reply?["error"] == "401::token_expired")
        #expect(reply?["ext"] == #"{"challenge":"abc"}"#)
        #expect(reply?["advice"] == #"{"interval":1000,"reconnect":"handshake"}"#)
        #expect(reply?["clientId"] == nil)
    }

    @Test func `a plain refusal has the protocol's words`() {
        let reply = self.handshake(.refused())
        #expect(reply?["error"] == "403::Handshake denied")
        #expect(reply?["advice"] == #"{"reconnect":"none"}"#)
        #expect(reply?["ext"] == nil)
    }

    @Test func `a welcome may carry ext`() {
        let reply = self.handshake(.welcome(ext: ["name": "Ann"]))
        #expect(reply?["successful"] == "true")
        #expect(reply?["ext"] == #"{"name":"Ann"}"#)
        #expect(reply?["clientId"]?.isEmpty == false)
    }

    @Test func `what a policy leaves with the session stays there`() async throws {
        let test = TestServer()
        test.server.securityPolicy = Answering(answer: .welcome())
        let reply = test.post(#"[{"channel":"/meta/handshake","ext":{"user":"ann"}}]"#).messages.first
        let session = await test.server.session(reply?["clientId"] ?? "")
        #expect(session?.attributes["user", as: String.self] == "ann")
    }

    private struct Stuck: SecurityPolicy {
        func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
            await forever()
            return true
        }
    }

    @Test func `a handshake whose policy never answers fails at maxProcessing`() {
        var options = ServerOptions()
        options.longPolling.common.maxProcessing = .seconds(5)
        let test = TestServer(options: options)
        test.server.securityPolicy = Stuck()
        let handshake = test.post(#"[{"channel":"/meta/handshake"}]"#)
        test.advance(by: .seconds(5.1))
        #expect(handshake.messages.first?["error"] == "403::handshake_failed")
        #expect(test.server.sessionCount == 0)
    }
}

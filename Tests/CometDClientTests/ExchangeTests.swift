import Bayeux
import CometDClient
import NIOCore
import Synchronization
import Testing

/// What leaves a client, together and when; the test plays the server and moves the time.
@Suite("Exchanges of a client", .timeLimit(.minutes(1)))
struct ExchangeTests {
    @Test func `a handshake offers the transports and carries the ext`() async throws {
        let test = try ScriptedClient()
        async let shaken: Void = test.client.handshake(ext: ["token": "secret"])
        let sent = try await test.next()
        #expect(sent.channels == ["/meta/handshake"])
        #expect(sent.member("version", of: "/meta/handshake")?.stringValue == "1.0")
        #expect(
            sent.member("supportedConnectionTypes", of: "/meta/handshake")?.description
                == #"["websocket","long-polling"]"#
        )
        #expect(sent.member("ext", of: "/meta/handshake")?["token"]?.stringValue == "secret")
        #expect(sent.member("clientId", of: "/meta/handshake") == nil)
        try await test.accept(sent)
        try await shaken
        #expect(test.client.state.hasSession)
        #expect(test.client.clientID == "client")
    }

    @Test func `subscriptions and what waits leave together with the first connect, which is not held`() async throws {
        let test = try ScriptedClient()
        let news = test.client.messages(on: "/news/{category}")
        let chat = test.client.messages(on: "/chat")
        async let shaken: Void = test.client.handshake()
        try await test.accept(try await test.next())
        try await shaken
        async let published: Void = test.client.publish("hello", to: "/chat")

        await test.advance(by: .zero)
        let sent = try await test.next()

        #expect(sent.exchange.kind == .connect)
        #expect(sent.channels.prefix(2) == ["/meta/subscribe", "/meta/subscribe"])
        #expect(sent.channels.last == "/meta/connect")
        #expect(sent.messages.prefix(2).map { $0["subscription"]?.stringValue } == ["/chat", "/news/*"])
        #expect(sent.member("advice", of: "/meta/connect")?["timeout"]?.intValue == 0)
        try await test.accept(sent)
        try await news.waitUntilSubscribed()
        try await chat.waitUntilSubscribed()
        await test.advance(by: .zero)
        // The publish went along, or follows now: it depends on when its task got to run.
        for _ in 1...2 {
            let next = try await test.next()
            if next.channels == ["/chat"] { try await test.accept(next) }
            if sent.channels.contains("/chat") || next.channels == ["/chat"] { break }
        }
        try await published
    }

    @Test func `a new session gets the subscriptions of the old one`() async throws {
        let test = try ScriptedClient()
        let news = test.client.messages(on: "/news")
        let held = try await test.connect()
        try await news.waitUntilSubscribed()
        await test.advance(by: .seconds(5))

        try await test.refuse(held, "402::session_unknown", #""advice":{"reconnect":"handshake","interval":0}"#)
        await test.advance(by: .zero)
        let handshake = try await test.next()
        #expect(test.client.state == .rehandshaking)
        #expect(handshake.channels == ["/meta/handshake"])
        try await test.accept(handshake)
        await test.advance(by: .zero)

        #expect(try await test.next().channels == ["/meta/subscribe", "/meta/connect"])
    }

    @Test func `without resubscription a sequence ends when its session is lost`() async throws {
        var options = ClientOptions()
        options.resubscribes = false
        let test = try ScriptedClient(options)
        let news = test.client.messages(on: "/news")
        let held = try await test.connect()
        await test.advance(by: .seconds(5))

        try await test.refuse(held, "402::session_unknown")

        let error = await #expect(throws: ClientError.self) { for try await _ in news {} }
        #expect(error?.code == .sessionUnknown)
    }

    @Test func `a connect that is not answered in time has failed`() async throws {
        let test = try ScriptedClient()
        _ = try await test.connect(["/meta/handshake": #""advice":{"timeout":20000}"#])
        var failures = test.client.failures.makeAsyncIterator()

        await test.advance(by: .milliseconds(34_999))
        #expect(test.client.state == .connected)
        await test.advance(by: .milliseconds(1))

        #expect(test.client.state == .unconnected)
        #expect(await failures.next()?.error.code == .timeout)
        await test.advance(by: .seconds(1))
        let next = try await test.next()
        #expect(next.channels == ["/meta/connect"])
        #expect(next.member("advice", of: "/meta/connect")?["timeout"]?.intValue == 0)
    }

    @Test func `the interval of an advice is waited for`() async throws {
        let test = try ScriptedClient()
        let held = try await test.connect()

        try await test.accept(
            held,
            ["/meta/connect": #""advice":{"reconnect":"retry","interval":2000,"multiple-clients":true}"#]
        )
        #expect(test.client.advice.hasMultipleClients == true)
        let beforeDue = Mutex(true)
        async let next = {
            let sent = try await test.next()
            return (sent, beforeDue.withLock { $0 })
        }()
        await test.advance(by: .milliseconds(1999))
        beforeDue.withLock { $0 = false }
        await test.advance(by: .milliseconds(1))

        let (sent, cameEarly) = try await next
        #expect(sent.channels == ["/meta/connect"])
        #expect(!cameEarly)
    }

    @Test func `over HTTP one request follows the other, beside the connect`() async throws {
        var options = ClientOptions()
        options.transports = [.longPolling]
        let test = try ScriptedClient(options)
        _ = try await test.connect()
        async let first: Void = test.client.publish(1, to: "/a")
        let sent = try await test.next()
        #expect(sent.channels == ["/a"])
        async let second: Void = test.client.batch { batch in
            try batch.publish(2, to: "/a")
            try batch.publish(3, to: "/a")
        }
        await test.advance(by: .zero)

        try await test.accept(sent)
        let next = try await test.next()
        #expect(next.channels == ["/a", "/a"])
        try await test.accept(next)

        try await first
        try await second
    }

    @Test func `ending a sequence unsubscribes once nobody else reads the channel`() async throws {
        let test = try ScriptedClient()
        _ = try await test.connect()
        var one: MessageSequence? = test.client.messages(on: "/news")
        var other: MessageSequence? = test.client.messages(on: "/news")
        let subscription = try await test.next()
        #expect(subscription.channels == ["/meta/subscribe"])
        try await test.accept(subscription)
        try await one?.waitUntilSubscribed()
        try await other?.waitUntilSubscribed()

        one = nil
        try await test.client.isReached()
        other = nil

        let sent = try await test.next()
        #expect(sent.channels == ["/meta/unsubscribe"])
        #expect(sent.member("subscription", of: "/meta/unsubscribe")?.stringValue == "/news")
    }

    @Test func `a sequence that is read too slowly fails after what it has`() async throws {
        let test = try ScriptedClient()
        _ = try await test.connect()
        let messages = test.client.messages(on: "/news", as: Int.self, buffering: .failing(beyond: 2))
        try await test.accept(try await test.next())
        try await messages.waitUntilSubscribed()
        for number in 1...4 { try await test.receive(#"[{"channel":"/news","data":\#(number)}]"#) }

        var read: [Int] = []
        let error = await #expect(throws: ClientError.self) {
            for try await message in messages { read.append(message.value) }
        }

        #expect(read == [1, 2])
        #expect(error?.code == .overflow)
    }

    @Test(arguments: [(MessageBuffering.newest(2), [3, 4]), (.oldest(2), [1, 2])])
    func `a sequence may leave out what does not fit`(buffering: MessageBuffering, kept: [Int]) async throws {
        let test = try ScriptedClient()
        _ = try await test.connect()
        let messages = test.client.messages(on: "/news", as: Int.self, buffering: buffering)
        try await test.accept(try await test.next())
        try await messages.waitUntilSubscribed()
        for number in 1...4 { try await test.receive(#"[{"channel":"/news","data":\#(number)}]"#) }

        var iterator = messages.makeAsyncIterator()
        #expect(try await iterator.next()?.value == kept[0])
        #expect(try await iterator.next()?.value == kept[1])
    }

    @Test func `what waits for the connection is limited`() async throws {
        var options = ClientOptions()
        options.maxWaitingRequests = 1
        let test = try ScriptedClient(options)
        let held = try await test.connect()
        try await test.fail(held)
        #expect(test.client.state == .unconnected)

        let error = await #expect(throws: ClientError.self) {
            try await test.client.batch { batch in
                try batch.publish(1, to: "/a")
                try batch.publish(2, to: "/a")
            }
        }

        #expect(error?.code == .tooManyWaiting)
    }

    @Test func `what waits leaves when the connection is back`() async throws {
        let test = try ScriptedClient()
        let held = try await test.connect()
        try await test.fail(held)
        async let published: Void = test.client.publish("late", to: "/a")
        await test.advance(by: .seconds(1))
        try await test.accept(try await test.next())
        await test.advance(by: .zero)

        for _ in 1...2 {
            let sent = try await test.next()
            guard sent.channels == ["/a"] else { continue }
            try await test.accept(sent)
            break
        }
        try await published
    }

    @Test func `operations without a session are refused at once`() async throws {
        let test = try ScriptedClient()
        let error = await #expect(throws: ClientError.self) { try await test.client.publish(1, to: "/a") }
        #expect(error?.code == .notConnected)
    }

    @Test(arguments: ["", "a", "/a/*", "/a/{b}", "/meta/connect", "/a//b"])
    func `messages go to channels only`(channel: String) async throws {
        let test = try ScriptedClient()
        let error = await #expect(throws: ClientError.self) { try await test.client.publish(1, to: channel) }
        #expect(error?.code == .channelInvalid)
    }

    @Test func `a bad name is thrown by the sequence`() async throws {
        let test = try ScriptedClient()
        let error = await #expect(throws: ClientError.self) {
            for try await _ in test.client.messages(on: "no channel") {}
        }
        #expect(error?.code == .channelInvalid)
    }

    @Test func `a cancelled handshake is given up`() async throws {
        let test = try ScriptedClient()
        let task = Task { try await test.client.handshake(retryingFor: nil) }
        _ = try await test.next()

        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
        try await test.client.wait(for: .disconnected)
    }

    @Test func `replies without an id are taken for the request on their channel`() async throws {
        let test = try ScriptedClient()
        async let shaken: Void = test.client.handshake()
        _ = try await test.next()
        try await test.receive(#"[{"channel":"/meta/handshake","successful":true,"clientId":"x"}]"#)
        try await shaken
        #expect(test.client.clientID == "x")
    }

    @Test func `the reply to a publish is no message of its channel`() async throws {
        let test = try ScriptedClient()
        _ = try await test.connect()
        let messages = test.client.messages(on: "/echo")
        try await test.accept(try await test.next())
        try await messages.waitUntilSubscribed()
        async let published: Void = test.client.publish("hello", to: "/echo")
        let sent = try await test.next()
        try await test.accept(sent)
        try await published

        try await test.receive(#"[{"channel":"/echo","data":"hello"}]"#)

        var iterator = messages.makeAsyncIterator()
        #expect(try await iterator.next()?.data?.stringValue == "hello")
    }

    @Test func `a lost connect is told on its channel, too`() async throws {
        let test = try ScriptedClient()
        let connects = test.client.messages(on: "/meta/connect")
        let held = try await test.connect()
        try await test.fail(held)

        var iterator = connects.makeAsyncIterator()
        #expect(try await iterator.next()?.isSuccessful == true)
        let failure = try await iterator.next()
        #expect(failure?.isSuccessful == false)
        #expect(failure?["failure"] != nil)
    }

    @Test func `disconnect sends what waits, tells the server and ends the sequences`() async throws {
        let test = try ScriptedClient()
        let messages = test.client.messages(on: "/news")
        _ = try await test.connect()
        async let ended: Void = test.client.disconnect()
        let sent = try await test.next()
        #expect(sent.channels == ["/meta/disconnect"])
        #expect(test.client.state == .disconnecting)

        try await test.accept(sent)
        await ended

        #expect(test.client.state == .disconnected)
        #expect(test.closedTypes == [.webSocket])
        for try await _ in messages { Issue.record("a message came") }
    }

    @Test func `a disconnect may have a limit of its own`() async throws {
        let test = try ScriptedClient()
        _ = try await test.connect()
        async let ended: Void = test.client.disconnect(within: .seconds(2))
        _ = try await test.next()
        await test.advance(by: .seconds(2))
        await ended
        #expect(test.client.state == .disconnected)
    }

    @Test func `a disconnect that is not answered ends in time`() async throws {
        let test = try ScriptedClient()
        _ = try await test.connect()
        async let ended: Void = test.client.disconnect()
        _ = try await test.next()
        await test.advance(by: .seconds(15))
        await ended
        #expect(test.client.state == .disconnected)
    }
}

extension BayeuxClient {
    /// Returns when the event loop has done what it was asked for before.
    fileprivate func isReached() async throws { await self.removeExtension(ListenerToken()) }
}

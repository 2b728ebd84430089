import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// Channels as applications make, configure, use and remove them.
@Suite struct ChannelTests {
    private let test = TestServer()
    private var server: BayeuxServer { self.test.server }

    private struct Failure: Error {}

    @Test func `a channel is made once and configured before anyone sees it`() throws {
        let record = Record()
        let server = self.server
        let made = try server.createChannelIfAbsent("/a") { channel in
            record.add("\(server.existingChannel("/a") == nil)")
            channel.isPersistent = true
        }
        #expect(made.isNew)
        #expect(record.take() == ["true"])
        let found = try server.createChannelIfAbsent("/a") { _ in record.add("again") }
        #expect(!found.isNew)
        #expect(found.channel === made.channel)
        #expect(record.take() == [])
        self.test.advance(by: .seconds(10))
        #expect(server.existingChannel("/a") === made.channel)
    }

    @Test func `a channel whose configuration throws is not made`() throws {
        let record = Record()
        self.server.addListener(.channelAdded { record.add("\($0.id)") })
        self.server.addListener(.channelConfigured { record.add("\($0.id)") })
        #expect(throws: Failure.self) { try self.server.createChannelIfAbsent("/a") { _ in throw Failure() } }
        #expect(self.server.existingChannel("/a") == nil)
        #expect(record.take() == [])
        #expect(try self.server.createChannelIfAbsent("/a").isNew)
    }

    @Test func `a configuration that makes the same channel itself finds its own thrown away`() throws {
        let server = self.server
        let outer = try server.createChannelIfAbsent("/a") { channel in
            channel.isPersistent = true
            let inner = try server.createChannelIfAbsent("/a")
            #expect(inner.isNew)
        }
        #expect(!outer.isNew)
        #expect(!outer.channel.isPersistent)
    }

    @Test(arguments: ["", "/", "a", "//", "/a//b", "/a/*/b", "/**/a", "/a\u{0}", "/ä"])
    func `a name that is no channel's is refused`(name: String) {
        #expect(throws: BayeuxError.self) { try self.server.channel(name) }
        #expect(throws: BayeuxError.self) { try self.server.createChannelIfAbsent(name) }
        #expect(self.server.existingChannel(name) == nil)
    }

    @Test func `a trailing slash names the same channel`() throws {
        let channel = try self.server.channel("/a/")
        #expect(channel.id.name == "/a")
        #expect(self.server.existingChannel("/a/") === channel)
    }

    @Test func `there are no more channels than maxChannels`() throws {
        var options = ServerOptions()
        options.maxChannels = 6
        let test = TestServer(options: options)
        _ = try test.server.channel("/a")
        #expect(throws: BayeuxError.self) { try test.server.channel("/b") }
        #expect(throws: BayeuxError.self) { try test.server.createChannelIfAbsent("/b") }
        #expect(try !test.server.createChannelIfAbsent("/a").isNew)
        let peer = LongPollingPeer(test)
        #expect(peer.subscribe("/b").messages.first?["error"] == "403:too_many_channels:create_denied")
        test.advance(by: .seconds(4))
        #expect(try test.server.createChannelIfAbsent("/b").isNew)
    }

    @Test func `a channel that nobody uses is swept, one that somebody uses is not`() async throws {
        let peer = LongPollingPeer(self.test)
        try self.server.channel("/persistent").isPersistent = true
        try self.server.channel("/heard").addListener { _, _ in true }
        try self.server.channel("/hardly-heard").addListener(ServerChannel.Listener.subscribed { _, _ in }.weak)
        try self.server.channel("/guarded").addAuthorizer(.grantAll)
        try self.server.channel("/lazy/*").isLazy = true
        try self.server.channel("/quiet").broadcastsToPublisher = false
        peer.subscribe("/subscribed")
        peer.publish("/published")
        let used = ["/guarded", "/heard", "/lazy/*", "/persistent", "/quiet", "/subscribed"]
        func names() -> [String] { self.server.channelNames.filter { !$0.hasPrefix("/meta/") }.sorted() }
        #expect(names() == (used + ["/hardly-heard", "/published"]).sorted())
        self.test.advance(by: .seconds(4))
        #expect(names() == used)
        try self.server.channel("/persistent").isPersistent = false
        try self.server.channel("/lazy/*").isLazy = false
        try self.server.channel("/quiet").broadcastsToPublisher = nil
        peer.send(#"{"channel":"/meta/disconnect","clientId":"\#(peer.clientID)"}"#)
        self.test.advance(by: .seconds(4))
        #expect(names() == ["/guarded", "/heard"])
    }

    @Test func `a channel that loses its last listener or authorizer is swept`() throws {
        let heard = try self.server.channel("/heard")
        let guarded = try self.server.channel("/guarded")
        let listener = heard.addListener { _, _ in true }
        let authorizer = guarded.addAuthorizer(.grantAll)
        self.test.advance(by: .seconds(4))
        #expect(heard.exists && guarded.exists)
        heard.removeListener(listener)
        guarded.removeAuthorizer(authorizer)
        self.test.advance(by: .seconds(4))
        #expect(!heard.exists && !guarded.exists)
    }

    @Test func `a weak listener is called as long as its channel is there`() throws {
        let record = Record()
        let channel = try self.server.channel("/a")
        channel.addListener(
            ServerChannel.Listener.message { _, message in
                record.add(message.channel ?? "")
                return true
            }.weak
        )
        let peer = LongPollingPeer(self.test)
        peer.publish("/a")
        #expect(record.take() == ["/a"])
        self.test.advance(by: .seconds(4))
        #expect(!channel.exists)
        peer.publish("/a")
        #expect(record.take() == [])
    }

    @Test func `the server subscribes and unsubscribes sessions`() async throws {
        let peer = LongPollingPeer(self.test)
        let session = try #require(await self.server.session(peer.clientID))
        let channel = try self.server.channel("/a")
        #expect(await channel.subscribe(session))
        #expect(await channel.subscribe(session))
        #expect(await channel.subscribers() == [session])
        #expect(await session.subscriptions() == [channel.id])
        #expect(peer.publish("/a").messages.count == 2)
        await channel.unsubscribe(session)
        await channel.unsubscribe(session)
        #expect(await channel.subscribers() == [])
        #expect(peer.publish("/a").messages.count == 1)
    }

    @Test(arguments: ["/meta/connect", "/meta/mine", "/service/a"])
    func `nobody is subscribed to meta and service channels`(name: String) async throws {
        let session = try #require(await self.server.session(LongPollingPeer(self.test).clientID))
        #expect(try await !self.server.channel(name).subscribe(session))
        #expect(await session.subscriptions() == [])
    }

    @Test func `a session that has ended is not subscribed`() async throws {
        let session = try #require(await self.server.session(LongPollingPeer(self.test).clientID))
        session.disconnect()
        let channel = try self.server.channel("/a")
        #expect(await !channel.subscribe(session))
        #expect(await channel.subscribers() == [])
        await channel.unsubscribe(session)
    }

    @Test func `a channel that is removed loses its subscribers and listeners, those below it stay`() async throws {
        let peer = LongPollingPeer(self.test)
        for name in ["/a", "/a/b"] { peer.subscribe(name) }
        let session = try #require(await self.server.session(peer.clientID))
        let channel = try self.server.channel("/a")
        channel.addListener { _, _ in false }
        let record = Record()
        channel.addListener(.unsubscribed { session, message in record.add("\(session.id) \(message == nil)") })
        await channel.remove()
        #expect(record.take() == ["\(peer.clientID) true"])
        #expect(!channel.exists)
        #expect(self.server.existingChannel("/a") == nil)
        #expect(await session.subscriptions().map(\.name) == ["/a/b"])
        #expect(peer.publish("/a").messages.map { $0["successful"] } == ["true"])
        #expect(peer.publish("/a/b").messages.count == 2)
        peer.subscribe("/a")
        channel.publish(1)
        self.test.settle()
        #expect(peer.connect().messages.count == 2)
    }

    @Test func `a pattern that is removed matches nothing any more`() async throws {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a/*")
        let pattern = try self.server.channel("/a/*")
        pattern.isLazy = true
        pattern.addListener { _, _ in false }
        #expect(peer.publish("/a/b").messages.first?["error"] == "404::message deleted")
        await pattern.remove()
        #expect(peer.publish("/a/b").messages.map { $0["successful"] } == ["true"])
    }

    @Test func `a message that the server publishes reaches the subscribers, and is confirmed`() async throws {
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let channel = try self.server.channel("/a")
        let held = peer.connect()
        var message = BayeuxMessage(channel: "/elsewhere", data: 1)
        message.id = "7"
        message.clientID = "secret"
        #expect(await channel.publishConfirmed(message))
        self.test.settle()
        #expect(held.messages.first?.description == #"{"channel":"/a","data":1}"#)
    }

    @Test func `a message that is stopped or goes to a pattern is not confirmed`() async throws {
        let channel = try self.server.channel("/a")
        let token = channel.addListener { _, _ in false }
        #expect(await !channel.publishConfirmed(BayeuxMessage(channel: "/a")))
        channel.removeListener(token)
        #expect(await channel.publishConfirmed(BayeuxMessage(channel: "/a")))
        #expect(try await !self.server.channel("/a/*").publishConfirmed(BayeuxMessage(channel: "/a/b")))
        await self.server.shutdown()
        #expect(await !channel.publishConfirmed(BayeuxMessage(channel: "/a")))
    }

    @Test func `what the server publishes to a service reaches its listeners and no subscribers`() async throws {
        let record = Record()
        let channel = try self.server.channel("/service/a")
        channel.addListener { session, message in
            record.add("\(session == nil) \(message.data?.intValue ?? 0)")
            return true
        }
        #expect(await channel.publishConfirmed(BayeuxMessage(channel: "/service/a", data: 3)))
        #expect(record.take() == ["true 3"])
    }
}

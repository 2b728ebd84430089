import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The snippets of Channels.md.
@Suite struct ChannelSnippets {
    private let test = TestServer()

    @Test func `a channel is configured before anyone sees it`() throws {
        let server = self.test.server
        let news = try server.createChannelIfAbsent("/news") { channel in
            channel.isPersistent = true
        }
        try news.channel.publish("Rain")
        #expect(news.isNew)
        self.test.advance(by: .seconds(10))
        #expect(news.channel.exists)
    }

    @Test func `channels that nobody uses are swept`() throws {
        let server = self.test.server
        let channel = try server.channel("/short-lived")
        self.test.advance(by: .seconds(4))
        #expect(!channel.exists)
        #expect(server.existingChannel("/short-lived") == nil)
    }

    @Test func `a pattern makes the channels below it lazy`() throws {
        let server = self.test.server
        let prices = try server.channel("/prices/**")
        prices.isPersistent = true
        prices.lazyTimeout = .seconds(2)
        let socket = self.test.openWebSocket()
        socket.subscribe(socket.handshakeAndConnect(), to: "/prices/rye")
        try server.channel("/prices/rye").publish(17)
        self.test.settle()
        #expect(socket.takeMessages().isEmpty)
        self.test.advance(by: .seconds(3))
        #expect(socket.takeMessages().first?["data"] == "17")
    }

    @Test func `one message is lazy`() throws {
        let channel = try self.test.server.channel("/prices/oats")
        let socket = self.test.openWebSocket()
        socket.subscribe(socket.handshakeAndConnect(), to: "/prices/oats")
        var message = BayeuxMessage(channel: "/prices/oats", data: JSONBytes(["price": 17]))
        message.isLazy = true
        channel.publish(message)
        self.test.settle()
        #expect(socket.takeMessages().isEmpty)
        self.test.advance(by: .seconds(6))
        #expect(socket.takeMessages().count == 1)
    }

    @Test func `publishing can be waited for`() async throws {
        let channel = try self.test.server.channel("/news")
        let message = BayeuxMessage(channel: "/news", data: JSONBytes(["title": "Rain"]))
        let wasPublished = await channel.publishConfirmed(message)
        #expect(wasPublished)
    }
}

import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import NIOPosix
import Testing

/// What holds when sessions live on different event loops.
@Suite struct ShardTests {
    @Test func `a request on another loop's connection finds its session`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = BayeuxServer(options: .patient, eventLoopGroup: group)
        let (first, second) = (group.next(), group.next())
        let peer = try await LivePeer(server, on: first)
        #expect(await peer.publish("/a", on: second).answer().first?["successful"] == "true")
        #expect(await server.session(peer.clientID) != nil)
        #expect(await server.session("nobody") == nil)
        await server.shutdown()
        try await group.shutdownGracefully()
    }

    @Test func `a subscription that is acknowledged gets every later message, in the publisher's order`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 3)
        let server = BayeuxServer(options: .patient, eventLoopGroup: group)
        let loops = Array(group.makeIterator())
        let publisher = try await LivePeer(server, on: loops[0])
        for round in 0..<20 {
            let pattern = ["/room/\(round)", "/room/*", "/room/**", "/**"][round % 4]
            var subscribers: [LivePeer] = []
            for loop in loops { subscribers.append(try await LivePeer(server, on: loop)) }
            for subscriber in subscribers {
                #expect(await subscriber.subscribe(pattern).answer().first?["successful"] == "true")
            }
            for number in 0..<10 { _ = publisher.publish("/room/\(round)", data: "\(number)") }
            for subscriber in subscribers {
                var received: [String?] = []
                while received.count < 10 {
                    received += await subscriber.connect().answer().filter { $0["channel"] != "/meta/connect" }
                        .map { $0["data"] }
                }
                #expect(received == (0..<10).map { "\($0)" })
                _ = await subscriber.send(#"{"channel":"/meta/disconnect","clientId":"\#(subscriber.clientID)"}"#)
                    .answer()
            }
        }
        #expect(server.sessionCount == 1)
        await server.shutdown()
        try await group.shutdownGracefully()
    }

    @Test func `a local session does not get what the server publishes for it, on whichever loop it lives`()
        async throws
    {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 3)
        var options = ServerOptions.patient
        options.broadcastToPublisher = false
        let server = BayeuxServer(options: options, eventLoopGroup: group)
        let channel = try server.channel("/a")
        for number in 0..<3 {
            let session = try await server.makeLocalSession("service")
            let messages = try await session.messages(on: "/a")
            channel.publish(JSONBytes(.number(0)), from: session)
            // From the same loop, so that it comes behind the other.
            session.serverSession.eventLoop.execute { channel.publish(JSONBytes(.number(1))) }
            var iterator = messages.makeAsyncIterator()
            #expect(await iterator.next()?.data?.intValue == 1, "session \(number)")
            await session.disconnect()
        }
        await server.shutdown()
        try await group.shutdownGracefully()
    }

    @Test func `a channel's subscribers are found on all loops`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = BayeuxServer(options: .patient, eventLoopGroup: group)
        for loop in group.makeIterator() {
            _ = await (try LivePeer(server, on: loop)).subscribe("/a").answer()
        }
        #expect(await (try server.channel("/a")).subscribers().count == 2)
        await server.shutdown()
        try await group.shutdownGracefully()
    }
}

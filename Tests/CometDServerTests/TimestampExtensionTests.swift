import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct TimestampExtensionTests {
    @Test(
        arguments: [
            (.zero, "1970-01-01T00:00:00.00"), (.milliseconds(1_795_219_068_129), "2026-11-20T23:57:48.12"),
            (.seconds(951_782_400), "2000-02-29T00:00:00.00"), (.seconds(951_868_799), "2000-02-29T23:59:59.00"),
            (.seconds(4_107_542_400), "2100-03-01T00:00:00.00"), (.milliseconds(1_999), "1970-01-01T00:00:01.99"),
            (.seconds(253_402_300_800), "9999-12-31T23:59:59.99"), (.seconds(-1), "1970-01-01T00:00:00.00"),
            (.seconds(Int64.max), "9999-12-31T23:59:59.99"), (.seconds(Int64.min), "1970-01-01T00:00:00.00"),
        ] as [(Duration, String)]
    )
    func `times have the form of the specification`(time: Duration, text: String) async throws {
        var message = BayeuxMessage(channel: "/a")
        _ = try await TimestampExtension(clock: WallClock { time }).outgoing(&message, to: nil, from: nil)
        #expect(message[.timestamp]?.stringValue == text)
    }

    @Test func `replies, broadcasts and deliveries have the time at which they leave`() async throws {
        let test = TestServer()
        let time = SettableClock(.seconds(1_000_000_000))
        test.server.addExtension(TimestampExtension(clock: time.clock))
        let peer = LongPollingPeer(test)
        #expect(peer.subscribe("/a").messages.map { $0["timestamp"] } == ["2001-09-09T01:46:40.00"])
        time.advance(by: .milliseconds(1500))
        let published = peer.publish("/a", more: #","timestamp":"yesterday""#)
        #expect(published.messages.map { $0["timestamp"] } == Array(repeating: "2001-09-09T01:46:41.50", count: 2))
        let session = try #require(await test.server.session(peer.clientID))
        session.deliver(try JSONBytes("1"), on: "/b")
        time.advance(by: .seconds(1))
        let connect = peer.connect()
        // The delivery is older than the reply that brings it.
        #expect(connect.messages.map { $0["timestamp"] } == ["2001-09-09T01:46:41.50", "2001-09-09T01:46:42.50"])
    }

    @Test func `a held connect has the time of its answer`() {
        let test = TestServer()
        let time = SettableClock(.seconds(1_000_000_000))
        test.server.addExtension(TimestampExtension(clock: time.clock))
        let connect = LongPollingPeer(test).connect()
        time.advance(by: .seconds(30))
        test.advance(by: .seconds(30.1))
        #expect(connect.messages.map { $0["timestamp"] } == ["2001-09-09T01:47:10.00"])
    }

    @Test func `the system's clock is the default`() async throws {
        var message = BayeuxMessage(channel: "/a")
        _ = try await TimestampExtension().outgoing(&message, to: nil, from: nil)
        #expect(try #require(message[.timestamp]?.stringValue) > "2025")
        #expect(WallClock.system.now > .seconds(1_700_000_000))
    }
}

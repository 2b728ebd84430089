import Bayeux
import CometDClient
import Synchronization
import Testing

/// Extensions of the client, against a server that the test plays.
@Suite("Extensions of a client", .timeLimit(.minutes(1)))
struct ClientExtensionTests {
    /// Writes its name into what passes.
    private struct Marking: ClientExtension {
        let name: String

        func outgoing(_ message: inout BayeuxMessage) throws -> Bool {
            message["way"] = JSONBytes(.string((message["way"]?.stringValue ?? "") + self.name))
            return true
        }

        func incoming(_ message: inout BayeuxMessage) throws -> Bool {
            guard message.channel == "/news" else { return true }
            message.data = JSONBytes(.string((message.data?.stringValue ?? "") + self.name))
            return true
        }
    }

    /// Deletes what is on a channel, and throws for all else.
    private struct Deleting: ClientExtension {
        struct Failure: Error {}

        func outgoing(_ message: inout BayeuxMessage) throws -> Bool {
            if message.channel == "/deleted" { return false }
            throw Failure()
        }

        func incoming(_ message: inout BayeuxMessage) throws -> Bool {
            if message.channel == "/news" { return message.data?.stringValue != "hidden" }
            throw Failure()
        }
    }

    private func scripted(_ extensions: any ClientExtension...) throws -> ScriptedClient {
        var options = ClientOptions()
        options.extensions = extensions
        return try ScriptedClient(options)
    }

    @Test func `messages pass in the order of registration when they come, in the reverse when they leave`()
        async throws
    {
        let test = try self.scripted(Marking(name: "a"), Marking(name: "b"))
        let held = try await test.connect()
        #expect(held.member("way", of: "/meta/connect")?.stringValue == "ba")
        let messages = test.client.messages(on: "/news")
        try await test.accept(try await test.next())
        try await messages.waitUntilSubscribed()

        try await test.receive(#"[{"channel":"/news","data":"-"}]"#)

        var iterator = messages.makeAsyncIterator()
        #expect(try await iterator.next()?.data?.stringValue == "-ab")
    }

    @Test func `an extension may delete messages, and what it throws changes nothing`() async throws {
        let test = try self.scripted(Deleting())
        _ = try await test.connect()
        let error = await #expect(throws: ClientError.self) { try await test.client.publish(1, to: "/deleted") }
        #expect(error?.code == .deleted)
        let messages = test.client.messages(on: "/news")
        try await test.accept(try await test.next())
        try await messages.waitUntilSubscribed()

        try await test.receive(#"[{"channel":"/news","data":"hidden"},{"channel":"/news","data":"shown"}]"#)

        var iterator = messages.makeAsyncIterator()
        #expect(try await iterator.next()?.data?.stringValue == "shown")
    }

    @Test func `batches are acknowledged by the next connect, and forgotten with the session`() async throws {
        let ack = AcknowledgementClientExtension()
        let test = try self.scripted(ack)
        let held = try await test.connect([
            "/meta/handshake": #""ext":{"ack":true}"#, "/meta/connect": #""ext":{"ack":7}"#,
        ])
        #expect(ack.isAcknowledged)
        #expect(held.member("ext", of: "/meta/connect")?["ack"]?.intValue == 7)
        await test.advance(by: .seconds(5))

        try await test.refuse(held, "402::session_unknown", #""advice":{"reconnect":"handshake"}"#)
        await test.advance(by: .zero)
        let handshake = try await test.next()

        #expect(handshake.member("ext", of: "/meta/handshake")?["ack"]?.boolValue == true)
        #expect(ack.lastBatch == 0)
    }

    @Test(arguments: [#""ext":{"ack":"true"}"#, #""ext":{}"#, #""timestamp":"x""#])
    func `a server without acknowledgements gets none`(reply: String) async throws {
        let ack = AcknowledgementClientExtension()
        let test = try self.scripted(ack)
        let held = try await test.connect(["/meta/handshake": reply])
        #expect(!ack.isAcknowledged)
        #expect(held.member("ext", of: "/meta/connect") == nil)
    }

    @Test func `the lag and the offset of the clocks are reckoned`() async throws {
        let milliseconds = Mutex(1000)
        let clock = WallClock { .milliseconds(milliseconds.withLock { $0 }) }
        let timesync = TimesyncClientExtension(clock: clock)
        let test = try self.scripted(timesync)
        async let shaken: Void = test.client.handshake()
        let sent = try await test.next()
        #expect(sent.member("ext", of: "/meta/handshake")?["timesync"]?.description == #"{"tc":1000,"l":0,"o":0}"#)

        // 10 ms there, 5 ms in the server, 10 ms back; the server's clock is 500 ms ahead.
        milliseconds.withLock { $0 = 1025 }
        try await test.accept(sent, ["/meta/handshake": #""ext":{"timesync":{"tc":1000,"ts":1510,"p":5}}"#])
        try await shaken

        #expect(timesync.networkLag == .milliseconds(10))
        #expect(timesync.timeOffset == .milliseconds(500))
        #expect(timesync.serverTime == .milliseconds(1525))
        #expect(timesync.duration(untilServerTime: .milliseconds(2525)) == .seconds(1))
        #expect(timesync.timeOffsetSamples == [.milliseconds(500)])
    }

    @Test func `the timestamp is put into all that leaves`() async throws {
        let test = try self.scripted(TimestampClientExtension(clock: WallClock { .seconds(1_795_996_668) }))
        let held = try await test.connect()
        #expect(held.member("timestamp", of: "/meta/connect")?.stringValue == "2026-11-29T23:57:48.00")
    }

    @Test func `malformed bytes are hidden`() async throws {
        let test = try self.scripted(BinaryClientExtension())
        _ = try await test.connect()
        let messages = test.client.messages(on: "/files")
        try await test.accept(try await test.next())
        try await messages.waitUntilSubscribed()

        try await test.receive(
            #"[{"channel":"/files","ext":{"binary":{}},"data":"x"},{"channel":"/files","data":"plain"}]"#
        )

        var iterator = messages.makeAsyncIterator()
        #expect(try await iterator.next()?.data?.stringValue == "plain")
    }
}

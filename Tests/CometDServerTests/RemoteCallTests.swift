import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Calls that run on the event loop of the test, whose time stands still.
@Suite struct RemoteCallTests {
    private let test = TestServer()

    private struct Secret: Error { let password = "swordfish" }

    private struct Contact: Codable, Sendable, Hashable { var name: String }

    private func call(_ peer: LongPollingPeer, _ target: String, data: String = "1", id: String = "7") -> TestMessage? {
        let messages = peer.publish("/service/" + target, data: data, more: #","id":"\#(id)""#).messages
        return messages.first { $0["data"] != nil }
    }

    /// Waits until the task is cancelled.
    @Sendable private static func never(_ call: RemoteCall) async throws -> Int {
        let (stream, continuation) = AsyncStream<Int>.makeStream()
        for await _ in stream {}
        continuation.finish()
        return 1
    }

    @Test func `a call is answered on its channel, with its id`() throws {
        try self.test.server.addRemoteCall("contacts", runs: .onEventLoop) { call in
            let names = try call.data(as: [String].self)
            return names.map(Contact.init(name:))
        }
        let answer = try #require(self.call(LongPollingPeer(self.test), "contacts", data: #"["a"]"#))
        #expect(answer["channel"] == "/service/contacts")
        #expect(answer["id"] == "7")
        #expect(answer["successful"] == "true")
        #expect(answer["data"] == #"[{"name":"a"}]"#)
    }

    @Test func `an answer is JSON as it is, null for nothing, or what a type encodes`() throws {
        try self.test.server.addRemoteCall("raw", runs: .onEventLoop) { call in call.data }
        try self.test.server.addRemoteCall("nothing", runs: .onEventLoop) { _ in }
        try self.test.server.addRemoteCall("missing", runs: .onEventLoop) { call in
            try call.data(as: Contact?.self)
        }
        let peer = LongPollingPeer(self.test)
        #expect(self.call(peer, "raw", data: "[1.0, 2]")?["data"] == "[1.0, 2]")
        #expect(self.call(peer, "nothing")?["data"] == "null")
        #expect(self.call(peer, "missing", data: "null")?["data"] == "null")
    }

    @Test func `arguments and answers may be binary data`() throws {
        try self.test.server.addRemoteCall("reverse", runs: .onEventLoop) { call in
            let binary = try call.data(as: BinaryData.self)
            return BinaryData(binary.bytes.readableBytesView.reversed(), metadata: binary.metadata)
        }
        let peer = LongPollingPeer(self.test)
        let bytes = BinaryData([1, 2, 3, 4], metadata: ["name": "x"])
        let messages = peer.publish(
            "/service/reverse",
            data: bytes.json.description,
            more: #","id":"7","ext":{"binary":{}}"#
        ).messages
        let answer = try #require(messages.first { $0["data"] != nil })
        #expect(answer["ext"] == #"{"binary":{}}"#)
        #expect(answer["successful"] == "true")
        let data = try #require(answer.json["data"])
        #expect(try BinaryData(data) == BinaryData([4, 3, 2, 1], metadata: ["name": "x"]))
        #expect(self.call(peer, "reverse", data: #"{"data":"?","last":1}"#)?["data"] == "invalid arguments")
    }

    @Test func `an argument of binary data that is given back is binary data`() throws {
        try self.test.server.addRemoteCall("echo", runs: .onEventLoop) { $0.data }
        let messages = LongPollingPeer(self.test).publish(
            "/service/echo",
            data: #"{"data":"0rJu","last":true,"meta":{}}"#,
            more: #","id":"7","ext":{"binary":{}}"#
        ).messages
        let answer = try #require(messages.first { $0["data"] != nil })
        #expect(answer["data"] == #"{"data":"0rJu","last":true,"meta":{}}"#)
        #expect(answer["ext"] == #"{"binary":{}}"#)
    }

    @Test func `a failure tells its caller what it says, and any other error nothing`() throws {
        try self.test.server.addRemoteCall("refused", runs: .onEventLoop) { _ -> Int in
            throw try RemoteCallFailure(encoding: ["code": 1])
        }
        try self.test.server.addRemoteCall("broken", runs: .onEventLoop) { _ -> Int in throw Secret() }
        let peer = LongPollingPeer(self.test)
        let refused = try #require(self.call(peer, "refused"))
        #expect(refused["successful"] == "false")
        #expect(refused["data"] == #"{"code":1}"#)
        let broken = try #require(self.call(peer, "broken"))
        #expect(broken["successful"] == "false")
        #expect(broken["data"] == "the call failed")
    }

    @Test func `an argument of another shape is a failure`() throws {
        try self.test.server.addRemoteCall("contacts", runs: .onEventLoop) { try $0.data(as: [Contact].self) }
        let peer = LongPollingPeer(self.test)
        #expect(self.call(peer, "contacts", data: #"{"x":1}"#)?["data"] == "invalid arguments")
        #expect(self.call(peer, "contacts", data: "[]")?["successful"] == "true")
    }

    @Test func `targets may be patterns and templates`() throws {
        try self.test.server.addRemoteCall("contacts/{userId}/{kind}", runs: .onEventLoop) { call in
            "\(call.parameters["userId"] ?? "") \(call.parameters["kind"] ?? "")"
        }
        try self.test.server.addRemoteCall("any/*", runs: .onEventLoop) { call in call.target }
        let peer = LongPollingPeer(self.test)
        #expect(self.call(peer, "contacts/7/friends")?["data"] == "7 friends")
        #expect(self.call(peer, "contacts/7") == nil)
        #expect(self.call(peer, "any/thing")?["data"] == "any/thing")
    }

    @Test func `a call that takes too long fails, and its task is cancelled`() throws {
        try self.test.server.addRemoteCall("never", timeout: .seconds(5), runs: .onEventLoop, Self.never)
        let peer = LongPollingPeer(self.test)
        #expect(self.call(peer, "never") == nil)
        let held = peer.connect()
        self.test.advance(by: .seconds(4.9))
        #expect(held.status == nil)
        self.test.advance(by: .seconds(0.1))
        let answer = try #require(held.messages.first)
        #expect(answer["data"] == "timeout")
        #expect(answer["successful"] == "false")
        #expect(answer["id"] == "7")
        // The function has ended by now; what it returned is not delivered.
        self.test.settle()
        let next = peer.connect()
        #expect(next.status == nil)
    }

    @Test func `calls beyond the limit fail until one that runs has ended`() throws {
        var options = ServerOptions()
        options.maxRemoteCalls = 2
        let test = TestServer(options: options)
        try test.server.addRemoteCall("never", timeout: .seconds(5), runs: .onEventLoop, Self.never)
        let peer = LongPollingPeer(test)
        #expect(self.call(peer, "never") == nil)
        #expect(self.call(peer, "never") == nil)
        #expect(self.call(peer, "never")?["data"] == "too many calls")
        test.advance(by: .seconds(5))
        test.settle()
        peer.connect()
        #expect(self.call(peer, "never") == nil)
    }

    @Test func `the end of the caller's session cancels its calls and nobody else's`() throws {
        let ended = Mutex<[String]>([])
        try self.test.server.addRemoteCall("never/{who}", runs: .onEventLoop) { call in
            let result = try await Self.never(call)
            ended.withLock { $0.append(call.parameters["who"] ?? "") }
            return result
        }
        let one = LongPollingPeer(self.test)
        let two = LongPollingPeer(self.test)
        #expect(self.call(one, "never/one") == nil)
        #expect(self.call(two, "never/two") == nil)
        one.send(#"{"channel":"/meta/disconnect","clientId":"\#(one.clientID)"}"#)
        self.test.settle()
        #expect(ended.withLock { $0 } == ["one"])
    }

    @Test func `a local session calls like any client`() async throws {
        try self.test.server.addRemoteCall("sum", runs: .onEventLoop) { try $0.data(as: [Int].self).reduce(0, +) }
        let session = try await self.test.server.makeLocalSession("caller")
        let answer = try await session.call("sum", with: JSONBytes("[1,2]"))
        #expect(answer.data?.intValue == 3)
        #expect(answer.isSuccessful == true)
        let failure = try await session.call("sum", with: JSONBytes("1"))
        #expect(failure.isSuccessful == false)
    }

    @Test func `a local call fails once when its session ends before the answer`() async throws {
        try self.test.server.addRemoteCall("never", runs: .onEventLoop, Self.never)
        let session = try await self.test.server.makeLocalSession("caller")
        try self.test.server.channel("/service/never").addListener { _, _ in
            session.serverSession.disconnect()
            return true
        }
        await #expect(throws: RequestFailure.self) { try await session.call("never", with: nil) }
    }

    @Test func `a target is answered by one function, until it is removed`() throws {
        try self.test.server.addRemoteCall("a", runs: .onEventLoop) { _ in 1 }
        let error = #expect(throws: ServiceError.self) {
            try self.test.server.addRemoteCall("a", runs: .onEventLoop) { _ in 2 }
        }
        #expect(error?.code == .targetTaken)
        try self.test.server.addRemoteCall("a/{x}", runs: .onEventLoop) { _ in 1 }
        #expect(throws: ServiceError.self) {
            try self.test.server.addRemoteCall("a/{y}/", runs: .onEventLoop) { _ in 2 }
        }
        let peer = LongPollingPeer(self.test)
        #expect(self.call(peer, "a")?["data"] == "1")
        self.test.server.removeRemoteCall("a")
        #expect(self.call(peer, "a") == nil)
        try self.test.server.addRemoteCall("a", runs: .onEventLoop) { _ in 3 }
        #expect(self.call(peer, "a")?["data"] == "3")
    }
}

/// Calls that leave the event loop.
@Suite struct ConcurrentRemoteCallTests {
    @Test func `a call that waits holds up none of its caller's messages`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let gate = AsyncStream<Void>.makeStream()
        let server = BayeuxServer(options: .patient, eventLoopGroup: group)
        let loop = group.next()
        try server.addRemoteCall("slow") { call in
            #expect(!loop.inEventLoop)
            for await _ in gate.stream { break }
            return call.target
        }
        let peer = try await LivePeer(server, on: loop)
        let started = await peer.publish("/service/slow").answer()
        #expect(started.map { $0["successful"] } == ["true"])
        #expect(await peer.publish("/a").answer().first?["successful"] == "true")
        let held = peer.connect()
        gate.continuation.finish()
        #expect(await held.answer().first?["data"] == "slow")
        await server.shutdown()
        try await group.shutdownGracefully()
    }
}

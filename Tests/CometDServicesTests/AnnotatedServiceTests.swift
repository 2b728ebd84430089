import Bayeux
import CometDServer
import CometDServices
import CometDTestKit
import ServiceLifecycle
import Synchronization
import Testing

/// What was seen, in order.
final class Record: Sendable {
    private let entries = Mutex<[String]>([])
    func add(_ entry: String) { self.entries.withLock { $0.append(entry) } }
    var all: [String] { self.entries.withLock { $0 } }
}

struct Broken: Error {}

struct Point: Codable, Hashable, Sendable {
    var x: Int
    var y: Int
}

/// A class with one of everything.
@Service("everything")
final class EverythingService: Sendable {
    let record: Record
    @Session var local: LocalSession?
    @Session private var remote: ServerSession?

    init(_ record: Record) { self.record = record }

    func start() throws {
        self.record.add("start \(self.local != nil) \(self.remote == self.local?.serverSession)")
    }

    func stop() { self.record.add("stop") }

    @Configure("/configured", "/chat/**")
    private func configure(_ channel: ServerChannel) {
        channel.isPersistent = true
        self.record.add("configure \(channel.id)")
    }

    @Listener("/news/{category}")
    private func news(_ message: BayeuxMessage, from session: ServerSession, category: String) {
        self.record.add("news \(category) \(message.data?.description ?? "") \(session.id.isEmpty)")
    }

    @Listener("/point")
    func point(_ point: Point, by whom: ServerSession?) async throws {
        await Task.yield()
        self.record.add("point \(point.x),\(point.y) \(whom != nil)")
    }

    @Listener("/stopped", "/filtered/**")
    func stop(data: String) -> Bool { data != "stop" }

    @Listener("/changed")
    func change(_ message: inout BayeuxMessage) { message.data = JSONBytes(.string("changed")) }

    @Listener("/own", receiveOwnPublishes: true)
    func own() { self.record.add("own") }

    @Listener("/own")
    func others() { self.record.add("others") }

    @Subscription("/heard/{who}")
    func heard(_ message: BayeuxMessage, who: String) { self.record.add("heard \(who)") }

    @RemoteCall("contacts/{userId}", runs: .onEventLoop)
    func contacts(_ query: [String]?, of userId: String) async throws -> [String] {
        (query ?? ["all"]).map { "\($0) of \(userId)" }
    }

    @RemoteCall("whoami", runs: .onEventLoop)
    func who(_ session: ServerSession, call: RemoteCall, data: JSONBytes) -> Bool {
        session == call.caller && call.data == data
    }

    @RemoteCall("nothing", runs: .onEventLoop)
    func nothing() throws {}

    @RemoteCall("upload/{name}", runs: .onEventLoop)
    func upload(_ part: BinaryData, name: String) -> BinaryData {
        BinaryData(part.bytes, isLast: part.isLast, metadata: ["name": .string(name)])
    }

    @RemoteCall("refused", runs: .onEventLoop)
    func refused() throws -> Int { throw RemoteCallFailure("no") }

    @RemoteCall("never", timeout: .seconds(3), runs: .onEventLoop)
    func never() async -> Int {
        for await _ in AsyncStream<Int>.makeStream().stream {}
        return 1
    }
}

/// An actor's methods take turns.
@Service
actor CountingService {
    private var count = 0
    @Session var session: LocalSession?

    @Configure("/count")
    nonisolated func configure(_ channel: ServerChannel) throws { channel.isPersistent = true }

    @Listener("/count")
    func counted(_ message: inout BayeuxMessage) {
        self.count += 1
        message["count"] = JSONBytes(.number(JSONNumber(self.count)))
    }

    @RemoteCall("count", runs: .onEventLoop)
    func current() -> Int { self.count }
}

/// A structure, and a type with a name of its own in a namespace.
enum Namespace {
    @Service("small")
    struct SmallService {
        @Session var session: ServerSession?
        let record: Record

        @Listener("/small")
        func small() throws {
            self.record.add("small \(self.session != nil)")
            throw Broken()
        }
    }
}

/// Configures a channel that may exist.
@Service
struct ConfiguringService {
    let record: Record

    @Configure("/always", errorIfExists: false, configureIfExists: true)
    func always(_ channel: ServerChannel) { self.record.add("always") }

    @Configure("/once", errorIfExists: false)
    func once(_ channel: ServerChannel) { self.record.add("once") }

    @Configure("/only")
    func only(_ channel: ServerChannel) { self.record.add("only") }

    @Listener("/only")
    func heard() { self.record.add("heard") }

    func start() { self.record.add("start") }
    func stop() { self.record.add("stop") }
}

@Service
struct BrokenService {
    let record: Record

    @Listener("/broken")
    func heard() { self.record.add("heard") }

    func start() throws { throw Broken() }
    func stop() { self.record.add("stop") }
}

@Suite struct AnnotatedServiceTests {
    private let test = TestServer()
    private let record = Record()

    private func peer() -> (TestWebSocket, String) {
        let socket = self.test.openWebSocket()
        return (socket, socket.handshakeAndConnect())
    }

    private func call(_ target: String, data: String) -> TestMessage? {
        let (socket, id) = self.peer()
        let messages = socket.exchange(
            #"[{"channel":"/service/\#(target)","clientId":"\#(id)","data":\#(data),"id":"7"}]"#
        )
        return messages.first { $0["data"] != nil }
    }

    @Test func `registering sets sessions, configures channels, starts, then listens`() async throws {
        let registration = try await self.test.server.register(EverythingService(self.record))
        #expect(registration.name == "everything")
        #expect(
            self.record.all == ["configure /configured", "configure /chat/**", "start true true"]
        )
        #expect(try self.test.server.channel("/configured").isPersistent)
    }

    @Test func `a listener gets the message, its sender and the values of the template`() async throws {
        try await self.test.server.register(EverythingService(self.record))
        let (socket, id) = self.peer()
        socket.publish(id, to: "/news/sport", data: "1")
        socket.publish(id, to: "/news/sport/run", data: "1")
        socket.publish(id, to: "/point", data: #"{"x":1,"y":2}"#)
        self.test.settle()
        socket.publish(id, to: "/point", data: #"{"x":"wrong"}"#)
        try self.test.server.channel("/point").publish(JSONBytes(#"{"x":3,"y":4}"#))
        try self.test.server.channel("/news/own").publish(JSONBytes(.null))
        self.test.settle()
        self.test.settle()
        #expect(self.record.all.dropFirst(3) == ["news sport 1 false", "point 1,2 true", "point 3,4 false"])
    }

    @Test func `a listener may stop a message or change it`() async throws {
        try await self.test.server.register(EverythingService(self.record))
        let (socket, id) = self.peer()
        socket.subscribe(id, to: "/changed")
        let stopped = socket.exchange(#"[{"channel":"/filtered/a","clientId":"\#(id)","data":"stop"}]"#)
        #expect(stopped.first?["error"] == "404::message deleted")
        // Nobody gets around the veto by another type.
        for data in ["7", #"{"data":"stop"}"#, "null", #"["stop"]"#] {
            let other = socket.exchange(#"[{"channel":"/filtered/a","clientId":"\#(id)","data":\#(data)}]"#)
            #expect(other.first?["error"] == "404::message deleted", "\(data)")
        }
        let passed = socket.exchange(#"[{"channel":"/stopped","clientId":"\#(id)","data":"go"}]"#)
        #expect(passed.first?["successful"] == "true")
        let changed = socket.exchange(#"[{"channel":"/changed","clientId":"\#(id)","data":"new"}]"#)
        #expect(changed.compactMap { $0["data"] } == ["changed"])
    }

    @Test func `own publishes reach the listeners that want them`() async throws {
        let service = EverythingService(self.record)
        try await self.test.server.register(service)
        try await service.local?.publish(JSONBytes(.null), to: "/own")
        self.test.settle()
        #expect(self.record.all.dropFirst(3) == ["own"])
        let (socket, id) = self.peer()
        socket.publish(id, to: "/own", data: "1")
        #expect(self.record.all.dropFirst(4) == ["own", "others"])
    }

    @Test func `a subscription hears what reaches the service's session`() async throws {
        try await self.test.server.register(EverythingService(self.record))
        let (socket, id) = self.peer()
        socket.publish(id, to: "/heard/me", data: "1")
        socket.publish(id, to: "/heard/me/too", data: "1")
        self.test.settle()
        #expect(self.record.all.dropFirst(3) == ["heard me"])
    }

    @Test func `remote calls take and return values`() async throws {
        try await self.test.server.register(EverythingService(self.record))
        let answer = try #require(self.call("contacts/7", data: #"["a","b"]"#))
        #expect(answer["successful"] == "true")
        #expect(answer["id"] == "7")
        #expect(answer["data"] == #"["a of 7","b of 7"]"#)
        #expect(self.call("contacts/8", data: "null")?["data"] == #"["all of 8"]"#)
        #expect(self.call("contacts/8", data: "1")?["data"] == "invalid arguments")
        #expect(self.call("whoami", data: "[1.0]")?["data"] == "true")
        #expect(self.call("nothing", data: "1")?["data"] == "null")
        let refused = try #require(self.call("refused", data: "1"))
        #expect(refused["successful"] == "false")
        #expect(refused["data"] == "no")
    }

    @Test func `remote calls take and return binary data`() async throws {
        try await self.test.server.register(EverythingService(self.record))
        let part = BinaryData([1, 2, 3], isLast: false)
        let answer = try #require(self.call("upload/picture", data: part.json.description))
        #expect(answer["ext"] == #"{"binary":{}}"#)
        let data = try #require(answer.json["data"])
        #expect(try BinaryData(data) == BinaryData([1, 2, 3], isLast: false, metadata: ["name": "picture"]))
    }

    @Test func `a remote call's own timeout counts`() async throws {
        try await self.test.server.register(EverythingService(self.record))
        let (socket, id) = self.peer()
        socket.publish(id, to: "/service/never", data: "1")
        _ = socket.takeFrames()
        self.test.advance(by: .seconds(2.9))
        #expect(socket.takeMessages().isEmpty)
        self.test.advance(by: .seconds(0.2))
        #expect(socket.takeMessages().map { $0["data"] } == ["timeout"])
    }

    @Test func `an actor's methods are called one after the other`() async throws {
        let service = CountingService()
        try await self.test.server.register(service)
        #expect(await service.session != nil)
        let (socket, id) = self.peer()
        for _ in 0..<3 {
            socket.publish(id, to: "/count", data: "1")
            // The actor has its own executor: it is done when the next of its jobs is.
            #expect(await service.current() >= 0)
            self.test.settle()
        }
        #expect(await service.current() == 3)
    }

    @Test func `a structure is a service, and what its methods throw ends nothing`() async throws {
        try await self.test.server.register(Namespace.SmallService(record: self.record))
        let (socket, id) = self.peer()
        let reply = socket.exchange(#"[{"channel":"/small","clientId":"\#(id)","data":1}]"#)
        #expect(reply.first?["successful"] == "true")
        #expect(self.record.all == ["small true"])
    }

    @Test func `a service that is deregistered is stopped and hears nothing more`() async throws {
        let registration = try await self.test.server.register(EverythingService(self.record))
        await registration.deregister()
        await registration.deregister()
        self.test.settle()
        #expect(self.record.all.dropFirst(3) == ["stop"])
        let (socket, id) = self.peer()
        socket.publish(id, to: "/own", data: "1")
        socket.publish(id, to: "/heard/me", data: "1")
        #expect(self.call("nothing", data: "1") == nil)
        #expect(self.record.all.count == 4)
        try await self.test.server.register(EverythingServiceAgain(self.record))
        #expect(self.call("nothing", data: "1")?["data"] == "again")
    }

    @Test func `services are stopped with the server, the last one first`() async throws {
        try await self.test.server.register(EverythingService(self.record))
        try await self.test.server.addService(Plain(record: self.record))
        try await self.test.server.startServices()
        await self.test.server.shutdown()
        #expect(self.record.all.dropFirst(3) == ["plain start", "plain stop", "stop"])
        await #expect(throws: (any Error).self) {
            try await self.test.server.register(Namespace.SmallService(record: self.record))
        }
    }

    @Test func `channels that exist are configured, left alone or refused, as the annotation says`() async throws {
        let first = try await self.test.server.register(ConfiguringService(record: self.record))
        #expect(self.record.all == ["always", "once", "only", "start"])
        let sessions = self.test.server.sessionCount
        let error = await #expect(throws: ServiceError.self) {
            try await self.test.server.register(ConfiguringService(record: self.record))
        }
        #expect(error?.code == .channelConfigured)
        #expect(error?.subject == "/only")
        // Neither started nor stopped, and its session has ended.
        #expect(self.record.all.dropFirst(4) == ["always"])
        self.test.settle()
        #expect(self.test.server.sessionCount == sessions)
        await first.deregister()
    }

    @Test func `a service that cannot start is not registered`() async throws {
        await #expect(throws: Broken.self) {
            try await self.test.server.register(BrokenService(record: self.record))
        }
        let (socket, id) = self.peer()
        socket.publish(id, to: "/broken", data: "1")
        #expect(self.record.all.isEmpty)
    }
}

private struct Plain: StartableService {
    let record: Record
    func start() async throws { self.record.add("plain start") }
    func stop() async { self.record.add("plain stop") }
}

/// Takes a target that another service had.
@Service
private final class EverythingServiceAgain {
    private let record: Record
    init(_ record: Record) { self.record = record }

    @RemoteCall("nothing", runs: .onEventLoop)
    func nothing() -> String { "again" }
}

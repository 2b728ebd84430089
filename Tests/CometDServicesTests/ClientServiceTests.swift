import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import CometDServices
import Testing

/// A service with all that has a meaning on a client.
@Service("reader")
private final class ReaderService: Sendable {
    let seen: Sightings
    @Session var client: BayeuxClient?
    @Session private var local: LocalSession?
    @Session private var remote: ServerSession?

    init(_ seen: Sightings) { self.seen = seen }

    func start() {
        self.seen.add("start \(self.client != nil) \(self.local == nil) \(self.remote == nil)")
    }

    func stop() { self.seen.add("stop") }

    @Subscription("/points/{color}")
    func plotted(_ point: Point, color: String) async throws {
        self.seen.add("\(color) \(point.x),\(point.y)")
    }

    @Subscription("/echo", "/relay/**")
    func echoed(_ message: BayeuxMessage) async throws {
        self.seen.add("\(message.channel ?? "") \(message.data?.stringValue ?? "")")
        if message.channel == "/relay/in" { try await self.client?.publish("passed on", to: "/echo") }
    }

    @Listener("/service/whisper/{who}")
    func whispered(data: String, by nobody: ServerSession?, who: String) -> Bool {
        self.seen.add("\(who) \(data) \(nobody == nil)")
        return false
    }
}

@Service
private struct MetaService {
    let seen: Sightings

    @Listener("/meta/*")
    func replied(_ reply: inout BayeuxMessage) -> Bool {
        self.seen.add("\(reply.channel ?? "") \(reply.isSuccessful == true)")
        reply.id = nil
        return false
    }

    func stop() { self.seen.add("stop") }
}

/// An actor's methods take turns.
@Service
private actor TallyService {
    private let seen: Sightings
    private var total = 0
    @Session var client: BayeuxClient?

    init(_ seen: Sightings) { self.seen = seen }

    @Subscription("/tally")
    func counted(_ count: Int) {
        self.total += count
        self.seen.add("\(self.total)")
    }
}

/// The server refuses the second subscription.
@Service
private struct HalfRefusedService {
    let seen: Sightings
    @Subscription("/open") func open() { self.seen.add("open") }
    @Subscription("/closed") func closed() { self.seen.add("closed") }
    func start() { self.seen.add("start") }
    func stop() { self.seen.add("stop") }
}

// What belongs on a server, each with a start that must not be called.

@Service
private struct CallableService {
    @RemoteCall("history/{room}") func history(room: String) {}
    func start() { Issue.record("it was started") }
}

@Service
private struct ConfigurableService {
    @Configure("/chat/**") func configure(_ channel: ServerChannel) {}
    func start() { Issue.record("it was started") }
}

@Service
private struct BroadcastListenerService {
    @Listener("/chat/{room}") func said(room: String) {}
    func start() { Issue.record("it was started") }
}

@Service
private struct SenderService {
    @Listener("/service/chat") func said(_ message: BayeuxMessage, by sender: ServerSession) {}
    func start() { Issue.record("it was started") }
}

@Service
private struct UnstartableService {
    let seen: Sightings
    @Listener("/service/dull") func heard() {}
    func start() throws { throw Broken() }
    func stop() { self.seen.add("stop") }
}

/// A service for both sides.
@Service
private struct TwoSidedService {
    @Session var client: BayeuxClient?
    @Session var local: LocalSession?
    @Listener("/service/dull") func heard() {}
}

@Suite("A service on a client", .timeLimit(.minutes(2)))
struct ClientServiceTests {
    private let seen = Sightings()

    @Test func `gets what the server sends, with values and payloads`() async throws {
        try await LiveServer.running { live in
            let client = try await live.connectClient()
            let service = ReaderService(self.seen)
            let registration = try await client.register(service)
            #expect(registration.name == "reader")
            #expect(service.client === client)

            try await client.publish(Point(x: 1, y: 2), to: "/points/red")
            #expect(await self.seen.next(2) == ["start true true true", "red 1,2"])
            try await client.publish("in", to: "/relay/in")
            #expect(await self.seen.next(2) == ["/relay/in in", "/echo passed on"])
            let session = try #require(await live.server.session(client.clientID ?? ""))
            session.deliver(JSONBytes(.string("psst")), on: "/service/whisper/ann")
            #expect(await self.seen.next(1) == ["ann psst true"])
            await client.disconnect()
        }
    }

    @Test func `does not take replies and other payloads for messages`() async throws {
        try await LiveServer.running { live in
            let client = try await live.connectClient()
            try await client.register(ReaderService(self.seen))

            try await client.publish("no point", to: "/points/red")
            try await client.publish("nobody", to: "/service/whisper/bob")
            try await client.publish("one", to: "/echo")
            try await client.publish("two", to: "/echo")
            #expect(await self.seen.next(3) == ["start true true true", "/echo one", "/echo two"])
            await client.disconnect()
        }
    }

    @Test func `hears the server's replies, from the first handshake on`() async throws {
        try await LiveServer.running { live in
            let client = try live.makeClient()
            let registration = try await client.register(MetaService(seen: self.seen))
            try await client.handshake()
            #expect(await self.seen.next(2) == ["/meta/handshake true", "/meta/connect true"])
            await registration.deregister()
            #expect(self.seen.all.last == "stop")
            await client.disconnect()
        }
    }

    @Test func `that is an actor is called once at a time`() async throws {
        try await LiveServer.running { live in
            let client = try await live.connectClient()
            let service = TallyService(self.seen)
            try await client.register(service)
            #expect(await service.client === client)
            try await client.batch { batch in
                for count in 1...4 { try batch.publish(count, to: "/tally") }
            }
            #expect(await self.seen.next(4) == ["1", "3", "6", "10"])
            await client.disconnect()
        }
    }

    @Test func `may be registered before there is a session`() async throws {
        try await LiveServer.running { live in
            let client = try live.makeClient()
            try await client.register(TallyService(self.seen))
            try await client.handshake()
            // The subscription is answered together with the first connect.
            try await client.wait(for: .connected)
            try await client.publish(5, to: "/tally")
            #expect(await self.seen.next(1) == ["5"])
            await client.disconnect()
        }
    }

    @Test func `gets nothing more when it is deregistered, and is stopped once`() async throws {
        try await LiveServer.running { live in
            let client = try await live.connectClient()
            let registration = try await client.register(ReaderService(self.seen))
            #expect(try await live.server.channel("/echo").subscribers().count == 1)

            await registration.deregister()
            await registration.deregister()

            #expect(try await live.server.channel("/echo").subscribers().isEmpty)
            let other = Sightings()
            try await client.register(ReaderService(other))
            try await client.publish("later", to: "/echo")
            #expect(await other.next(2) == ["start true true true", "/echo later"])
            #expect(self.seen.all == ["start true true true", "stop"])
            await client.disconnect()
        }
    }

    @Test func `is deregistered to the end by a task that is cancelled`() async throws {
        try await LiveServer.running { live in
            let client = try await live.connectClient()
            let registration = try await client.register(ReaderService(self.seen))
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                await registration.deregister()
            }
            await task.value
            #expect(try await live.server.channel("/echo").subscribers().isEmpty)
            #expect(self.seen.all.last == "stop")
            await client.disconnect()
        }
    }

    @Test func `is taken back when the server refuses a subscription`() async throws {
        try await LiveServer.running { live in
            try live.server.channel("/closed").addAuthorizer(.deciding { _ in .deny(reason: "closed today") })
            let client = try await live.connectClient()
            let error = await #expect(throws: ClientError.self) {
                try await client.register(HalfRefusedService(seen: self.seen))
            }
            #expect(error?.code == .refused)
            #expect(self.seen.all == ["start", "stop"])
            #expect(try await live.server.channel("/open").subscribers().isEmpty)
            await client.disconnect()
        }
    }

    @Test func `that cannot start is not registered`() async throws {
        try await LiveServer.running { live in
            let client = try live.makeClient()
            await #expect(throws: Broken.self) { try await client.register(UnstartableService(seen: self.seen)) }
            #expect(self.seen.all.isEmpty)
        }
    }

    @Test(arguments: [
        (CallableService() as any AnnotatedService, #"@RemoteCall("history/{room}")"#),
        (ConfigurableService(), #"@Configure("/chat/**")"#),
        (BroadcastListenerService(), #"@Listener("/chat/{room}")"#),
        (SenderService(), #"@Listener("/service/chat")"#),
    ])
    func `is refused when it belongs on a server`(service: any AnnotatedService, annotation: String) async throws {
        let client = try BayeuxClient("http://127.0.0.1/cometd")
        let error = await #expect(throws: ClientError.self) { try await client.register(service) }
        #expect(error?.code == .channelInvalid)
        #expect(error?.message.hasPrefix(annotation) == true, "\(error?.message ?? "")")
    }

    @Test func `does not hold its client`() async throws {
        let service = TwoSidedService()
        var client: BayeuxClient? = try BayeuxClient("http://127.0.0.1/cometd")
        try await client?.register(service)
        #expect(service.client === client)
        #expect(service.local == nil)
        client = nil
        #expect(service.client == nil)
    }

    @Test func `has no client on a server`() async throws {
        try await LiveServer.running { live in
            let service = TwoSidedService()
            try await live.server.register(service)
            #expect(service.client == nil)
            #expect(service.local != nil)
        }
    }
}

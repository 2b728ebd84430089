import Bayeux
import CometDServer
import CometDTestKit
import Synchronization
import Testing

@Suite struct BayeuxServiceTests {
    private let test = TestServer()

    private struct Broken: Error {}

    /// What was seen, in order.
    private final class Record: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { self.entries.withLock { $0.append(entry) } }
        var all: [String] { self.entries.withLock { $0 } }
    }

    @Test func `a handler's result goes back to its caller only, with the id of the message`() async throws {
        let service = try await BayeuxService("echo", on: self.test.server)
        try service.addService("/service/echo") { request in request.data }
        let peer = LongPollingPeer(self.test)
        let other = LongPollingPeer(self.test)
        let held = other.connect()
        let messages = peer.publish("/service/echo", data: "[1.0]", more: #","id":"5""#).messages
        let answer = try #require(messages.first { $0["data"] != nil })
        #expect(answer["channel"] == "/service/echo")
        #expect(answer["data"] == "[1.0]")
        #expect(answer["id"] == "5")
        #expect(messages.count == 2)
        #expect(held.status == nil)
    }

    @Test func `a handler may return nothing, and any value that has a JSON form`() async throws {
        struct Sum: Codable, Sendable { var sum: Int }
        let service = try await BayeuxService("sums", on: self.test.server)
        try service.addService("/service/sum") { request -> Sum? in
            let numbers = try request.data(as: [Int].self)
            return numbers.isEmpty ? nil : Sum(sum: numbers.reduce(0, +))
        }
        let peer = LongPollingPeer(self.test)
        let sums = peer.publish("/service/sum", data: "[1,2]").messages.compactMap { $0["data"] }
        #expect(sums == [#"{"sum":3}"#])
        #expect(peer.publish("/service/sum", data: "[]").messages.count == 1)
    }

    @Test func `patterns and templates are services' channels too`() async throws {
        let record = Record()
        let service = try await BayeuxService("news", on: self.test.server)
        for channel in ["/news/*", "/news/**", "/news/{category}", "/news/{category}/{event}", "/{all}/b/c"] {
            try service.addService(channel) { request in
                let values = request.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                record.add("\(channel) \(values.joined(separator: ","))")
            }
        }
        let peer = LongPollingPeer(self.test)
        peer.publish("/news/sport")
        #expect(Set(record.all) == ["/news/* ", "/news/** ", "/news/{category} category=sport"])
        peer.publish("/news/sport/run")
        #expect(record.all.dropFirst(3).sorted() == ["/news/** ", "/news/{category}/{event} category=sport,event=run"])
        peer.publish("/news/b/c")
        #expect(record.all.contains("/{all}/b/c all=news"))
        #expect(record.all.contains("/news/{category}/{event} category=b,event=c"))
    }

    @Test func `a template of broadcast channels does not take services' messages`() async throws {
        let record = Record()
        let service = try await BayeuxService("all", on: self.test.server)
        try service.addService("/{one}/{two}") { request in record.add(request.channel) }
        let peer = LongPollingPeer(self.test)
        peer.publish("/service/a")
        peer.publish("/a/b")
        #expect(record.all == ["/a/b"])
    }

    @Test func `several handlers of a channel are called in their order, and each can be removed`() async throws {
        let record = Record()
        let service = try await BayeuxService("many", on: self.test.server)
        try service.addService("/a") { _ in record.add("one") }
        let two = try service.addService("/a") { _ in record.add("two") }
        try service.addService("/a") { _ in record.add("three") }
        let peer = LongPollingPeer(self.test)
        peer.publish("/a")
        #expect(record.all == ["one", "two", "three"])
        service.removeService(two)
        peer.publish("/a")
        #expect(record.all.dropFirst(3) == ["one", "three"])
        service.removeService("/a")
        peer.publish("/a")
        #expect(record.all.count == 5)
    }

    @Test func `a handler that throws ends nothing, and its failure is told`() async throws {
        let record = Record()
        let service = try await BayeuxService("broken", on: self.test.server) { error, request in
            record.add("\(type(of: error)) \(request.channel)")
        }
        try service.addService("/a") { _ in throw Broken() }
        try service.addService("/a") { _ in record.add("next") }
        let peer = LongPollingPeer(self.test)
        peer.subscribe("/a")
        let messages = peer.publish("/a").messages
        #expect(messages.contains { $0["data"] == "1" })
        #expect(messages.contains { $0["successful"] == "true" })
        #expect(record.all == ["Broken /a", "next"])
    }

    @Test func `a service sees what its own session publishes only when it wants to`() async throws {
        let record = Record()
        for sees in [false, true] {
            let service = try await BayeuxService("own", on: self.test.server, seesOwnPublishes: sees)
            try service.addService("/own/\(sees)") { _ in record.add("\(sees)") }
            try await service.localSession.publish(JSONBytes(.null), to: "/own/\(sees)")
        }
        self.test.settle()
        #expect(record.all == ["true"])
    }

    @Test func `a service that publishes to itself for ever is stopped`() async throws {
        let record = Record()
        let service = try await BayeuxService("loop", on: self.test.server, seesOwnPublishes: true)
        let session = service.localSession
        try service.addService("/loop") { request in
            record.add("again")
            try await session.publish(request.data ?? JSONBytes(.null), to: "/loop")
        }
        let peer = LongPollingPeer(self.test)
        let publish = peer.publish("/loop")
        self.test.settle()
        #expect(publish.messages.contains { $0["successful"] == "true" })
        // The client's message, and one for each level.
        #expect(record.all.count == 1 + self.test.server.options.maxPublishDepth)
        #expect(peer.publish("/other").messages.first?["successful"] == "true")
    }

    @Test func `a service sends to one client`() async throws {
        let service = try await BayeuxService("mail", on: self.test.server)
        let peer = LongPollingPeer(self.test)
        let held = peer.connect()
        let session = try #require(await self.test.server.session(peer.clientID))
        try service.send(["you": "have mail"], to: session, on: "/mail")
        self.test.settle()
        #expect(held.messages.first?.description == #"{"channel":"/mail","data":{"you":"have mail"}}"#)
    }

    @Test func `a service that is closed leaves nothing behind`() async throws {
        let record = Record()
        let service = try await BayeuxService("short", on: self.test.server)
        try service.addService("/a") { _ in record.add("called") }
        let sessions = self.test.server.sessionCount
        await service.close()
        self.test.settle()
        #expect(self.test.server.sessionCount == sessions - 1)
        LongPollingPeer(self.test).publish("/a")
        #expect(record.all.isEmpty)
    }

    @Test func `an illegal channel is refused`() async throws {
        let service = try await BayeuxService("wrong", on: self.test.server)
        #expect(throws: BayeuxError(.channelInvalid)) { try service.addService("news") { _ in } }
        #expect(throws: BayeuxError(.channelInvalid)) { try service.addService("/{a}/*") { _ in } }
    }
}

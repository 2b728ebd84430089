import CometDServer
import CometDTestKit
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization
import Testing

/// Services that start and stop with the server.
@Suite struct ServiceLifecycleTests {
    private final class Record: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { self.entries.withLock { $0.append(entry) } }
        var all: [String] { self.entries.withLock { $0 } }
    }

    private struct Broken: Error {}

    private struct Recording: StartableService {
        let name: String
        let record: Record
        var fails = false
        var started: AsyncStream<Void>.Continuation?

        func start() async throws {
            self.record.add("start \(self.name)")
            if self.fails { throw Broken() }
            self.started?.yield()
        }

        func stop() async { self.record.add("stop \(self.name)") }
    }

    @Test func `services start in order when the server runs, and stop in reverse order at its end`() async throws {
        let record = Record()
        let (started, continuation) = AsyncStream<Void>.makeStream()
        let server = BayeuxServer(options: .patient, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        try await server.addService(Recording(name: "one", record: record))
        try await server.addService(Recording(name: "two", record: record, started: continuation))
        #expect(record.all.isEmpty)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in started { break }
            #expect(record.all == ["start one", "start two"])
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(record.all == ["start one", "start two", "stop two", "stop one"])
        await server.shutdown()
        #expect(record.all.count == 4)
    }

    @Test func `a service that cannot start ends the run, and those before it are stopped`() async throws {
        let record = Record()
        let server = TestServer().server
        try await server.addService(Recording(name: "one", record: record))
        try await server.addService(Recording(name: "two", record: record, fails: true))
        try await server.addService(Recording(name: "three", record: record))
        await #expect(throws: Broken.self) { try await server.run() }
        #expect(record.all == ["start one", "start two", "stop one"])
        await #expect(throws: Broken.self) { try await server.startServices() }
        await #expect(throws: ServiceError.self) {
            try await server.addService(Recording(name: "four", record: record))
        }
    }

    @Test func `services start once, and one that comes later starts at once`() async throws {
        let record = Record()
        let test = TestServer()
        try await test.server.addService(Recording(name: "one", record: record))
        try await test.server.startServices()
        try await test.server.startServices()
        #expect(record.all == ["start one"])
        try await test.server.addService(Recording(name: "two", record: record))
        #expect(record.all == ["start one", "start two"])
        await #expect(throws: Broken.self) {
            try await test.server.addService(Recording(name: "three", record: record, fails: true))
        }
        await test.server.shutdown()
        #expect(record.all == ["start one", "start two", "start three", "stop two", "stop one"])
    }
}

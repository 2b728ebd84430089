import Bayeux
import CometDServer
import CometDServerNIO
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import CometDBench

/// The load client against a server, on real sockets.
@Suite(.timeLimit(.minutes(2)))
struct LoadGeneratorTests {
    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Runs a server on a free port until `body` ends.
    private static func running(_ body: (LoadTarget) async throws -> Void) async throws {
        let server = BayeuxServer(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: self.logger)
        server.addExtension(AcknowledgedMessagesExtension())
        let listener = BayeuxListener(server, port: 0, logger: self.logger)
        let services = ServiceGroup(services: [server, listener], logger: self.logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await services.run() }
            do {
                let address = try await listener.boundAddress
                try await body(LoadTarget(host: "127.0.0.1", port: address.port ?? 0))
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// A little work: machines that run tests are slow.
    private static func plan(_ scenario: LoadScenario, _ transport: LoadTransport, at target: LoadTarget) -> LoadPlan {
        var plan = LoadPlan(scenario: scenario, target: target, transport: transport)
        plan.clients = 8
        plan.rooms = 4
        plan.roomsPerClient = 2
        plan.batchCount = 10
        plan.batchSize = scenario == .echo ? 1 : 3
        plan.batchPause = 1000
        plan.eventLoops = 2
        plan.concurrency = 4
        plan.patience = 30
        plan.lateAfter = 60_000
        plan.hold = 0.05
        return plan
    }

    private static func result(of plan: LoadPlan, iterations: UInt32 = 1) async throws -> LoadResult {
        let generator = try await LoadGenerator(plan)
        do {
            _ = try await generator.open()
            var result = LoadResult(plan: plan)
            for iteration in 1...iterations { result = try await generator.iterate(iteration) }
            await generator.close()
            return result
        } catch {
            await generator.close()
            throw error
        }
    }

    @Test(arguments: [LoadScenario.fanout, .rooms, .echo], LoadTransport.allCases)
    func `all that is published arrives, once`(scenario: LoadScenario, transport: LoadTransport) async throws {
        try await Self.running { target in
            let plan = Self.plan(scenario, transport, at: target)
            // The second iteration has the sessions of the first.
            let result = try await Self.result(of: plan, iterations: 2)

            let published = scenario == .echo ? 80 : 30
            #expect(result.isComplete)
            #expect(result.counts.published == published && result.counts.acknowledged == published)
            #expect(result.counts.delivered == result.counts.expected && result.counts.stray == 0)
            if scenario != .rooms { #expect(result.counts.expected == (scenario == .echo ? 80 : 240)) }
            #expect(result.intended.count == UInt64(result.counts.delivered))
            #expect(result.sessions == plan.sessionCount)
            // A message is never faster from when it left than from when it was due.
            #expect(result.actual.max <= result.intended.max && result.actual.mean <= result.intended.mean)
            #expect(result.counts.bytesIn > 0 && result.counts.bytesOut > 0)
        }
    }

    @Test(arguments: [LoadScenario.fanout, .rooms, .echo], LoadTransport.allCases)
    func `without pauses each batch waits for the last one`(
        scenario: LoadScenario,
        transport: LoadTransport
    ) async throws {
        try await Self.running { target in
            var plan = Self.plan(scenario, transport, at: target)
            plan.batchPause = 0
            let result = try await Self.result(of: plan)

            #expect(result.isComplete && result.counts.delivered > 0)
        }
    }

    @Test func `with acknowledgements all arrives, too`() async throws {
        try await Self.running { target in
            var plan = Self.plan(.rooms, .webSocket, at: target)
            plan.acknowledges = true
            let result = try await Self.result(of: plan)

            #expect(result.isComplete && result.counts.delivered > 0)
        }
    }

    @Test(arguments: LoadTransport.allCases)
    func `sessions come and go`(transport: LoadTransport) async throws {
        try await Self.running { target in
            var plan = Self.plan(.churn, transport, at: target)
            plan.clients = 21
            plan.batchPause = 0
            let result = try await Self.result(of: plan)

            #expect(result.isComplete && result.counts.sessionsDone == 21 && result.intended.count == 21)
        }
    }

    @Test(arguments: LoadTransport.allCases)
    func `idle sessions are held`(transport: LoadTransport) async throws {
        try await Self.running { target in
            let result = try await Self.result(of: Self.plan(.idle, transport, at: target))

            #expect(result.isComplete && result.sessions == 8 && result.counts.delivered == 0)
        }
    }

    @Test(arguments: LoadTransport.allCases)
    func `healthy sessions get all while others read nothing`(transport: LoadTransport) async throws {
        try await Self.running { target in
            var plan = Self.plan(.slow, transport, at: target)
            plan.slowClients = 3
            let result = try await Self.result(of: plan)

            #expect(result.isComplete && result.counts.delivered == 240)
            // What is little waits for them.
            #expect(result.counts.slowDelivered == 90 && result.counts.slowSessionsLost == 0)
        }
    }

    @Test func `where nobody listens is no session`() async throws {
        // A port that was free a moment ago.
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        let plan = Self.plan(.idle, .webSocket, at: LoadTarget(host: "127.0.0.1", port: port))

        await #expect(throws: LoadError.self) { try await Self.result(of: plan) }
    }

    @Test(arguments: LoadTransport.allCases)
    func `a path where no server lives is no session`(transport: LoadTransport) async throws {
        try await Self.running { target in
            var plan = Self.plan(.idle, transport, at: target)
            plan.target.path = "/elsewhere"

            await #expect(throws: LoadError.self) { try await Self.result(of: plan) }
        }
    }

    @Test func `the figures are one object of JSON, and lines for people`() async throws {
        try await Self.running { target in
            let result = try await Self.result(of: Self.plan(.fanout, .webSocket, at: target))
            let json = result.json

            #expect(json["messages"]?["delivered"] == 240 && json["messages"]?["lost"] == 0)
            #expect(json["latency"]?["count"] == 240 && json["scenario"] == "fanout")
            #expect(result.text.contains("Messages - Success/Expected = 240/240"))
            #expect(result.text.contains { $0.hasPrefix("Incoming - Elapsed = ") })
        }
    }
}

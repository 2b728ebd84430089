import ArgumentParser
import CometDBench
import Testing

@testable import cometd

@Suite("Arguments of the benchmark")
struct BenchArgumentsTests {
    private static let target = LoadTarget(host: "127.0.0.1", port: 8080)

    @Test(arguments: ["server", "client", "fanout", "rooms", "echo", "churn", "idle", "slow", "worker"])
    func `every command can go without arguments`(name: String) throws {
        _ = try CometDCommand.parseAsRoot(["bench", name])
    }

    @Test(arguments: [
        ["fanout", "--clients", "0"], ["rooms", "--transport", "pigeon"], ["rooms", "--rooms-per-client", "101"],
        ["echo", "--batch-pause", "-1"], ["idle", "--hold", "0"], ["slow", "--slow-clients", "-1"],
        ["churn", "--url", "http://localhost/", "--server-loops", "2"], ["fanout", "--processes", "0"],
        ["client", "--port", "0"], ["client", "--transport", "3"], ["client", "--clients", "-1"],
        ["server", "--port", "65536"], ["server", "--transports", "http,carrier"], ["server", "--selectors", "0"],
    ])
    func `what makes no sense is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try CometDCommand.parseAsRoot(["bench"] + arguments) }
    }

    @Test func `a scenario has its own defaults, which options change`() throws {
        let standard = try BenchEchoCommand.parse([]).load.plan(.echo, Self.target) { plan in
            plan.clients = 100
            plan.batchSize = 1
        }
        #expect(standard.clients == 100 && standard.batchSize == 1 && standard.batchCount == 1000)
        #expect(standard.transport == .webSocket && standard.eventLoops == 1 && standard.fault == nil)

        let changed = try BenchEchoCommand.parse([
            "--clients", "7", "--batch-pause", "0", "--transport", "long-polling", "--event-loops", "2", "--ack",
            "--channel", "/b", "--processes", "3", "--late-after", "5", "--ca", "roots.pem", "--randomize",
        ]).load.plan(.echo, Self.target) { plan in
            plan.clients = 100
            plan.batchSize = 1
        }
        #expect(changed.clients == 7 && changed.batchPause == 0 && changed.transport == .longPolling)
        #expect(changed.eventLoops == 2 && changed.acknowledges && changed.isRandomized && changed.lateAfter == 5)
        #expect(changed.part(2).rootChannel == "/b-3" && changed.target.trustRoots == "roots.pem")
    }
}

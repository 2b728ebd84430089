import Bayeux
import CometDClient
import CometDClientNIO
import Foundation
import Synchronization

/// Many sessions of the client library in one process: how much memory each takes, and how fast they are made.
///
///     cometd-clients URL [--sessions 5000] [--transport websocket|long-polling] [--together 64]
///
/// Each shakes hands, subscribes to one channel and holds a connect; then one publishes to all. The figures are the
/// growth of this process's anonymous memory behind the first tenth of the sessions, and wall-clock time.
@main struct Clients {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let url = arguments.first, !url.hasPrefix("--") else {
            print("usage: cometd-clients URL [--sessions N] [--transport websocket|long-polling] [--together N]")
            exit(64)
        }
        func value(_ name: String) -> String? {
            arguments.firstIndex(of: name).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
        }
        let count = max(10, value("--sessions").flatMap { Int($0) } ?? 5000)
        let together = max(1, value("--together").flatMap { Int($0) } ?? 64)
        var options = ClientOptions()
        options.transports = [value("--transport").flatMap(ConnectionType.init(rawValue:)) ?? .webSocket]
        options.maxNetworkDelay = .seconds(60)
        options.webSocketMaxNetworkDelay = .seconds(60)
        let received = Received()
        let clients = try (0..<count).map { _ in try BayeuxClient(url, options: options) }

        let warm = count / 10
        try await Self.connect(clients[..<warm], together, received)
        let before = Self.anonymousMemory()
        let start = ContinuousClock.now
        try await Self.connect(clients[warm...], together, received)
        let duration = ContinuousClock.now - start
        let growth = Self.anonymousMemory() - before

        let publishing = ContinuousClock.now
        try await clients[0].publish("to all", to: "/load")
        while received.count < count { try await Task.sleep(for: .milliseconds(5)) }
        let delivery = ContinuousClock.now - publishing

        let connected = clients.count { $0.state == .connected }
        print("sessions \(connected) of \(count) connected by \(options.transports[0].rawValue)")
        print("memory per session \(growth / (count - warm)) B")
        print("made \(Int(Double(count - warm) / (duration / .seconds(1)))) sessions a second")
        print("one message to all in \(delivery / .milliseconds(1)) ms")
        exit(connected == count ? 0 : 1)
    }

    /// Connects clients, some at a time.
    private static func connect(
        _ clients: ArraySlice<BayeuxClient>,
        _ together: Int,
        _ received: Received
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, client) in clients.enumerated() {
                if number >= together { try await group.next() }
                group.addTask {
                    try await client.handshake()
                    try await client.subscribe(to: "/load") { _ in received.add() }
                    try await client.wait(for: .connected)
                }
            }
            try await group.waitForAll()
        }
    }

    /// The process's anonymous memory, in bytes; 0 where the system does not tell.
    private static func anonymousMemory() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/smaps_rollup", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("Anonymous:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}

/// How many messages have come.
private final class Received: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { self.value.load(ordering: .relaxed) }

    func add() { self.value.add(1, ordering: .relaxed) }
}

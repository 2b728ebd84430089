import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import Logging
import ServiceLifecycle
import Testing
import UnixSignals

/// The snippets of the client's Sessions.md.
@Suite(.timeLimit(.minutes(1))) struct ClientSessionSnippets {
    /// Watches until the task is cancelled.
    private func watchStates(of client: BayeuxClient) async {
        for await state in client.states {
            if state == .unconnected { print("reconnecting") }
            if state == .connected { print("online by", client.connectionType?.rawValue ?? "") }
        }
    }

    /// Watches until the task is cancelled.
    private func watchFailures(of client: BayeuxClient) async {
        for await failure in client.failures {
            print(failure.channel, failure.error, failure.retryDelay.map { "again in \($0)" } ?? "")
        }
    }

    @Test func `a session is made, watched and ended`() async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await self.watchStates(of: client) }
                tasks.addTask { await self.watchFailures(of: client) }
                try await client.handshake(ext: ["token": "secret"], retryingFor: .seconds(30))
                try await client.wait(for: .connected)
                #expect(client.state.hasSession)
                tasks.cancelAll()
                try await tasks.waitForAll()
            }
            await client.disconnect()
            #expect(client.state == .disconnected)
        }
    }

    @Test func `a server that cannot be reached is told with the next attempt`() async throws {
        let client = try BayeuxClient("http://127.0.0.1:1/cometd")
        let failures = client.failures
        let error = await #expect(throws: ClientError.self) { try await client.handshake() }
        #expect(error?.code == .unreachable)
        var told: [ClientFailure] = []
        for await failure in failures {
            told.append(failure)
            if told.count == 2 { break }
        }
        #expect(told.map(\.connectionType) == [.webSocket, .longPolling])
        // After the WebSocket the next transport is tried at once; after that, this handshake gives up.
        #expect(told.map(\.retryDelay) == [.zero, nil])
    }

    @Test func `waits grow`() {
        var options = ClientOptions()
        options.backOff = .linear(increment: .seconds(2), max: .seconds(60))
        #expect(options.backOff != .linear())
    }

    @Test func `a client is a service`() async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                let services = ServiceGroup(
                    services: [client],
                    gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: Logger(label: "app")
                )
                tasks.addTask { try await services.run() }
                try await client.wait(for: .connected)
                await services.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            #expect(client.state == .disconnected)
        }
    }

    /// The example of a service.
    private func serve(_ client: BayeuxClient) async throws {
        let services = ServiceGroup(
            services: [client],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "app")
        )
        try await services.run()
    }

    @Test func `an end that the application wants is no failure`() async throws {
        try await LiveServer.withClient { client in
            let messages = client.messages(on: "/news")
            try await messages.waitUntilSubscribed()
            client.abort()
            for try await _ in messages {}
            try await client.wait(for: .disconnected)
        }
    }
}

import Bayeux
import CometDClient
import CometDClientNIO
import Testing

/// What the example shows.
@MainActor
final class Inbox {
    private(set) var lines: [String] = []
    private let client: BayeuxClient
    private var session: Task<Void, Never>?

    init(_ client: BayeuxClient) { self.client = client }

    func enterForeground() {
        self.session?.cancel()
        self.session = Task { [previous = self.session] in
            // One client has one session at a time.
            await previous?.value
            await self.receive()
        }
    }

    func enterBackground() async {
        self.session?.cancel()
        await self.session?.value
    }

    private func receive() async {
        do {
            let messages = self.client.messages(on: "/inbox", as: String.self)
            try await self.client.handshake(retryingFor: nil)
            for try await message in messages { self.lines.append(message.value) }
        } catch {
            print("the session has ended:", error)
        }
        await self.client.disconnect()
    }
}

/// The snippets of OnAPhone.md.
@MainActor @Suite(.timeLimit(.minutes(1))) struct OnAPhoneSnippets {
    /// Knows whether its client is connected.
    @MainActor
    private final class Screen {
        private(set) var isOnline = false

        func watch(_ client: BayeuxClient) async {
            for await state in client.states {
                self.isOnline = state == .connected
            }
        }
    }

    @Test func `an app that comes back has a session again`() async throws {
        try await LiveServer.running { live in
            let client = try BayeuxClient(live.url)
            let inbox = Inbox(client)
            let screen = Screen()
            let watching = Task { await screen.watch(client) }
            for _ in 1...3 {
                inbox.enterForeground()
                inbox.enterForeground()
                try await client.wait(for: .connected)
                await inbox.enterBackground()
                #expect(client.state == .disconnected)
            }
            watching.cancel()
            await watching.value
        }
    }

    @Test func `one who looks at a screen is less patient`() {
        var options = ClientOptions()
        options.backOff = .linear(increment: .milliseconds(500), max: .seconds(5))
        #expect(options.backOff != .linear())
    }
}

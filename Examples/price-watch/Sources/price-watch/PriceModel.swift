import Bayeux
import CometDClient
import CometDClientNIO
import Observation

/// What a screen with prices shows, and when it is connected: while it is visible and the app is in the foreground.
///
/// All of it happens on the main actor; a view reads the properties and calls the four methods of the life cycle.
@MainActor @Observable
final class PriceModel {
    /// How the screen and the server stand to each other.
    enum Connection: Equatable {
        /// Nothing is wanted, or the server has refused.
        case offline
        /// There are no prices yet.
        case connecting
        /// Prices come.
        case online(ConnectionType)
        /// The prices may be old.
        case reconnecting
    }

    /// The newest price of each share, by its symbol.
    private(set) var prices: [String: Price] = [:]
    private(set) var connection = Connection.offline
    /// What has gone wrong last; `nil` when all is well again.
    private(set) var errorText: String?

    private let client: BayeuxClient
    private var isVisible = false
    private var isInForeground = true
    /// The session that is wanted.
    private var session: Task<Void, Never>?
    /// The session that was wanted last and may still be ending: one client has one session at a time.
    private var ending: Task<Void, Never>?

    /// How long the server has to answer the disconnect: an app that goes to the background has no more time than that.
    private static let farewell = Duration.seconds(2)

    init(url: String) throws(ClientError) {
        var options = ClientOptions()
        // One who comes back looks at the screen.
        options.backOff = .linear(max: .seconds(10))
        self.client = try BayeuxClient(url, options: options)
    }

    // MARK: - The life cycle

    /// The screen has appeared.
    func appear() {
        self.isVisible = true
        self.update()
    }

    /// The screen has gone.
    func disappear() {
        self.isVisible = false
        self.update()
    }

    /// The app is in the foreground again.
    func enterForeground() {
        self.isInForeground = true
        self.update()
    }

    /// The app goes to the background, where its sockets die sooner or later.
    ///
    /// Returns when the session has ended, which takes two seconds at most: ask the system for that time.
    func enterBackground() async {
        self.isInForeground = false
        self.update()
        await self.ending?.value
    }

    /// Waits until the session that is not wanted any more has ended.
    func waitUntilEnded() async { await self.ending?.value }

    private func update() {
        let isWanted = self.isVisible && self.isInForeground
        if isWanted, self.session == nil {
            self.session = Task { [ending] in
                await ending?.value
                await self.watch()
            }
        } else if !isWanted, let session = self.session {
            session.cancel()
            self.session = nil
            self.ending = session
        }
    }

    // MARK: - The session

    /// Keeps a session until the task is cancelled or the server refuses.
    private func watch() async {
        guard !Task.isCancelled else { return }
        self.errorText = nil
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (states, failures) = (self.client.states, self.client.failures)
                group.addTask { for await state in states { await self.note(state) } }
                group.addTask { for await failure in failures { await self.note(failure) } }
                // The subscription waits for the session, and comes back with the next one.
                group.addTask { try await self.watchPrices() }
                // The first attempt is repeated, too: phones are often without a network.
                try await self.client.handshake(retryingFor: nil)
                for try await _ in group {}
            }
        } catch let error as ClientError {
            self.errorText = error.description
        } catch {
            // Cancelled: nobody wants prices any more.
        }
        await self.client.disconnect(within: Self.farewell)
        self.connection = .offline
    }

    private func watchPrices() async throws {
        // A screen that is too slow shows the newest prices rather than all.
        let prices = self.client.messages(on: "/stock/{symbol}", as: Price.self, buffering: .newest(1000))
        for try await message in prices { self.prices[message.value.symbol] = message.value }
    }

    private func note(_ state: BayeuxClient.State) {
        switch state {
        case .handshaking:
            self.connection = .connecting
        case .connected:
            self.connection = .online(self.client.connectionType ?? .webSocket)
            self.errorText = nil
        case .unconnected, .rehandshaking:
            self.connection = .reconnecting
        case .disconnected, .handshaken, .connecting, .disconnecting, .terminating:
            break
        }
    }

    private func note(_ failure: ClientFailure) { self.errorText = failure.error.description }

    // MARK: - One price

    /// Asks the server for the present price of a share.
    func ask(for symbol: String) async {
        do {
            let price: Price = try await self.client.call("price/\(symbol)", timeout: .seconds(5))
            self.prices[price.symbol] = price
        } catch let error as ClientError where error.code == .callFailed {
            self.errorText = error.data?.stringValue ?? error.description
        } catch {
            self.errorText = "\(error)"
        }
    }
}

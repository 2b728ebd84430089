import Bayeux
import CometDServer
import NIOCore
import Synchronization

/// Does something again and again while somebody is subscribed to one of some channels, or to a pattern of them.
final class DemoTicker: Sendable {
    private struct State {
        /// How many subscriptions there are, of all sessions.
        var subscriptions = 0
        /// Whether the next tick is on its way.
        var isTicking = false
    }

    private let channels: [ChannelID]
    private let period: Duration
    private let tick: @Sendable () -> Void
    private let eventLoop: any EventLoop
    private let state = Mutex(State())

    /// Begins to watch a server's subscriptions.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - channels: The channels.
    ///   - period: How long to wait between two ticks, and before the first one.
    ///   - tick: What is done, on one of the server's event loops.
    static func install(
        on server: BayeuxServer,
        channels: [ChannelID],
        every period: Duration,
        tick: @escaping @Sendable () -> Void
    ) {
        let ticker = DemoTicker(channels, period, tick, server.eventLoopGroup.next())
        server.addListener(.subscribed { _, channel, _ in if ticker.matches(channel) { ticker.subscribed() } })
        server.addListener(.unsubscribed { _, channel, _ in if ticker.matches(channel) { ticker.unsubscribed() } })
    }

    private init(
        _ channels: [ChannelID],
        _ period: Duration,
        _ tick: @escaping @Sendable () -> Void,
        _ eventLoop: any EventLoop
    ) {
        self.channels = channels
        self.period = period
        self.tick = tick
        self.eventLoop = eventLoop
    }

    private func matches(_ channel: ServerChannel) -> Bool { self.channels.contains { channel.id.matches($0) } }

    private func subscribed() {
        let mustStart = self.state.withLock { state in
            state.subscriptions += 1
            defer { state.isTicking = true }
            return !state.isTicking
        }
        if mustStart { self.scheduleTick() }
    }

    private func unsubscribed() {
        self.state.withLock { $0.subscriptions -= 1 }
    }

    private func scheduleTick() {
        self.eventLoop.scheduleTask(in: TimeAmount(self.period)) {
            let goesOn = self.state.withLock { state in
                state.isTicking = state.subscriptions > 0
                return state.isTicking
            }
            guard goesOn else { return }
            self.tick()
            self.scheduleTick()
        }
    }
}

import Bayeux
import CometDServer
import Synchronization

/// The demo's numbers without gaps on `/demo/counter`, by which a page sees what it has missed.
enum DemoCounter {
    /// What subscribers get.
    private struct Count: Encodable {
        let count: Int
        /// Milliseconds since the beginning of 1970.
        let time: Int
    }

    /// The channel.
    static let channel = "/demo/counter"
    /// How long it takes until the next number.
    static let period = Duration.milliseconds(200)

    /// Adds the counter to a server; it stands still while nobody is subscribed.
    static func install(on server: BayeuxServer, clock: DemoClock = .system) throws {
        let channel = try server.channel(Self.channel)
        channel.isPersistent = true
        channel.addAuthorizer(.grantSubscribe)
        let last = Atomic(0)
        DemoTicker.install(on: server, channels: [channel.id], every: Self.period) {
            let count = last.wrappingAdd(1, ordering: .relaxed).newValue
            try? channel.publish(Count(count: count, time: clock.now()))
        }
    }
}

import CometDServer
import Hummingbird

/// `GET /stats` tells how much is going on.
struct StatsRoutes {
    let bayeux: BayeuxServer

    func add(to router: Router<BasicRequestContext>) {
        router.get("/stats") { _, _ in
            Stats(
                sessions: self.bayeux.sessionCount,
                channels: self.bayeux.channelNames.filter { !$0.hasPrefix("/meta/") }.sorted()
            )
        }
    }
}

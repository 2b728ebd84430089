import Bayeux
import CometDServer

extension ServerSession.Listener {
    /// Of several prices of a share that leave together, leaves all but the newest behind.
    static let newestPriceOnly = dequeued { _, messages in
        var seen: Set<String> = []
        let kept = messages.reversed().filter { message in
            guard let channel = message.channel, channel.hasPrefix("/stock/") else { return true }
            return seen.insert(channel).inserted
        }
        messages = kept.reversed()
    }
}

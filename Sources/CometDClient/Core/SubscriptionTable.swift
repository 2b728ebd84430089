import Bayeux

/// Who on the client's side wants messages of which channels.
struct SubscriptionTable {
    /// One who wants messages.
    struct Subscriber {
        let token: ListenerToken
        let pattern: ChannelPattern
        /// Given each message; on the event loop.
        let receive: (BayeuxMessage) -> Void
        /// Told once that the server has accepted, or why not.
        let subscribed: (Result<Void, ClientError>) -> Void
        /// Told of the end: of the application's wish with `nil`, else why.
        let ended: (ClientError?) -> Void
    }

    /// A channel or pattern that somebody wants.
    struct Entry {
        enum Progress {
            /// The server has not been asked in this session.
            case unsent
            /// The request waits or is under way.
            case requested
            /// The server has accepted.
            case active
        }

        var progress = Progress.unsent
        /// The number of the request whose answer counts; 0 for none.
        var attempt = 0
        var subscribers: [Subscriber] = []
    }

    private(set) var entries: [String: Entry] = [:]
    /// How many of them are patterns.
    private var wildCount = 0

    /// Adds a subscriber.
    ///
    /// - Returns: How far the channel is.
    mutating func add(_ subscriber: Subscriber) -> Entry.Progress {
        let name = subscriber.pattern.listened
        if self.entries[name] == nil, name.hasSuffix("*") { self.wildCount += 1 }
        self.entries[name, default: Entry()].subscribers.append(subscriber)
        return self.entries[name]?.progress ?? .unsent
    }

    /// Takes a subscriber out.
    ///
    /// - Returns: The subscriber, and how far its channel was if it was the last one.
    mutating func remove(_ token: ListenerToken, from name: String) -> (Subscriber, last: Entry.Progress?)? {
        guard let index = self.entries[name]?.subscribers.firstIndex(where: { $0.token == token }),
            let subscriber = self.entries[name]?.subscribers.remove(at: index)
        else { return nil }
        guard self.entries[name]?.subscribers.isEmpty == true else { return (subscriber, nil) }
        return (subscriber, self.removeEntry(name)?.progress)
    }

    /// Takes a channel out with all its subscribers.
    mutating func removeEntry(_ name: String) -> Entry? {
        guard let entry = self.entries.removeValue(forKey: name) else { return nil }
        if name.hasSuffix("*") { self.wildCount -= 1 }
        return entry
    }

    /// Takes all out.
    mutating func removeAll() -> [Subscriber] {
        defer { self = SubscriptionTable() }
        return self.entries.values.flatMap(\.subscribers)
    }

    /// The server is asked, or has answered.
    mutating func note(_ progress: Entry.Progress, for name: String, attempt: Int? = nil) {
        self.entries[name]?.progress = progress
        if let attempt { self.entries[name]?.attempt = attempt }
    }

    /// The session is lost, and the server's subscriptions with it.
    ///
    /// - Parameter endsActive: Whether nobody asks for them anew.
    /// - Returns: The subscribers that were taken out.
    mutating func sessionLost(endsActive: Bool) -> [Subscriber] {
        var ended: [Subscriber] = []
        for (name, entry) in self.entries where Self.isRemote(name) {
            if endsActive, entry.progress == .active {
                ended += self.removeEntry(name)?.subscribers ?? []
            } else {
                self.note(.unsent, for: name, attempt: 0)
            }
        }
        return ended
    }

    /// The channels that the server has not been asked for, in order.
    var unsent: [String] {
        self.entries.compactMap { $0.value.progress == .unsent && Self.isRemote($0.key) ? $0.key : nil }.sorted()
    }

    /// Whether the server has subscriptions to a channel: what it delivers on others needs none.
    static func isRemote(_ channel: String) -> Bool {
        !channel.hasPrefix("/meta/") && !channel.hasPrefix("/service/")
    }

    /// Who wants a message, each once.
    func subscribers(of channel: String) -> [Subscriber] {
        var found = self.entries[channel]?.subscribers ?? []
        guard self.wildCount > 0, let id = try? ChannelID(channel) else { return found }
        for pattern in id.patterns {
            guard let entry = self.entries[pattern] else { continue }
            // A pattern of broadcast channels has nothing to do with those of the protocol.
            found += entry.subscribers.filter { id.kind == .broadcast || $0.pattern.id.kind == id.kind }
        }
        return found
    }
}

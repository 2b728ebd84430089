/// What a load generator does.
package enum LoadScenario: String, Codable, CaseIterable, Sendable {
    /// One publisher, many subscribers of one channel.
    case fanout
    /// The benchmark of CometD's reference book: every client is in some of the rooms, batches go to random rooms.
    case rooms
    /// Every session publishes to a channel that only itself subscribes to, and waits for its message.
    case echo
    /// Sessions come and go: handshake, connect, disconnect.
    case churn
    /// Sessions are held, and nothing is said.
    case idle
    /// One publisher, healthy subscribers, and some that read nothing while it publishes.
    case slow
}

/// What the sender is answered.
struct Receipt: Codable, Sendable {
    /// To how many sessions of the receiver the message is on its way.
    var sessions: Int
}

/// What the members of a room get to read.
struct ChatLine: Codable, Hashable, Sendable {
    /// The member whom it is about or from.
    var user: String
    /// What is said.
    var chat: String
    /// `join` or `leave` where that is what it tells.
    var membership: String?
    /// `private` for a line that not all members get.
    var scope: String?
}

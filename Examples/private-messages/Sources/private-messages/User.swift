/// What clients are told of a user.
struct User: Codable, Sendable {
    var name: String
    /// In how many places the user is right now.
    var sessions: Int
}

/// What the user says: the server puts the name to it.
struct Draft: Codable, Sendable {
    var text: String
}

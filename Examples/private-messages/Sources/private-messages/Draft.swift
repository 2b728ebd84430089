/// What a client wants to be sent.
struct Draft: Codable, Sendable {
    var to: String
    var text: String

    /// How many characters of Unicode a text may have.
    static let maxLength = 4000
}

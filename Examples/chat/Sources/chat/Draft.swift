/// What a client says in a room.
struct Draft: Codable, Sendable {
    var text: String

    /// How many characters of Unicode a line may have.
    static let maxLength = 1000

    var isAcceptable: Bool { !self.text.isEmpty && self.text.unicodeScalars.count <= Self.maxLength }
}

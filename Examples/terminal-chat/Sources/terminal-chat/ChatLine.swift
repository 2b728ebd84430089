/// What somebody has said in the room, as the server passes it on.
struct ChatLine: Codable, Sendable {
    var user: String
    var text: String
}

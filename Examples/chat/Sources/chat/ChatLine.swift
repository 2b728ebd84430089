/// What everybody in the room reads: who has said it is not for the client to say.
struct ChatLine: Codable, Sendable {
    var user: String
    var text: String
}

/// What the receiver gets, on `/service/private`.
struct PrivateMessage: Codable, Sendable {
    var from: String
    var text: String
}

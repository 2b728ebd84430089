/// What a share costs.
struct Price: Codable, Hashable, Sendable {
    var symbol: String
    /// In cents.
    var cents: Int
}

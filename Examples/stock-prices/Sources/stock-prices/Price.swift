/// What a share costs.
struct Price: Codable, Sendable {
    var symbol: String
    /// In cents, which unlike fractions of a dollar are exact.
    var cents: Int
}

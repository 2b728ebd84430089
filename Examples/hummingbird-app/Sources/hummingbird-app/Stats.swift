import Hummingbird

/// How much is going on.
struct Stats: ResponseEncodable {
    /// How many clients there are.
    var sessions: Int
    /// The channels that exist, by name.
    var channels: [String]
}

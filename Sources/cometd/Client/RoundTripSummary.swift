/// The least, the mean and the longest of several times.
struct RoundTripSummary: Hashable, Sendable {
    let least: Duration
    let mean: Duration
    let longest: Duration

    /// Sums up.
    ///
    /// - Parameter times: The times; `nil` is returned when there are none.
    init?(_ times: [Duration]) {
        guard let least = times.min(), let longest = times.max() else { return nil }
        self.least = least
        self.longest = longest
        self.mean = times.reduce(.zero, +) / times.count
    }
}

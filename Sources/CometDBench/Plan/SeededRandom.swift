/// Random numbers that are the same for the same seed: SplitMix64.
///
/// - SeeAlso: Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    /// Makes the numbers of one thing out of many.
    ///
    /// - Parameters:
    ///   - seed: What all things have in common.
    ///   - index: Which thing it is.
    init(seed: UInt64, index: Int = 0) {
        self.state = seed &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(truncatingIfNeeded: index) &* 0xd134_2543_de82_ef95
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

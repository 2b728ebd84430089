/// A key that no user's type defines: an element's position, or `super`.
struct JSONCodingKey: CodingKey {
    /// What `superDecoder()` and `superEncoder()` use when they are given no key.
    static let parent = JSONCodingKey(stringValue: "super")

    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        self.intValue = nil
    }

    init(intValue: Int) {
        self.stringValue = "Index \(intValue)"
        self.intValue = intValue
    }
}

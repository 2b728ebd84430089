import Hummingbird

/// A piece of news, as it is posted, kept and published.
struct NewsItem: ResponseCodable, Sendable {
    var title: String
    var text: String

    /// How many characters of Unicode the title and the text may have.
    static let maxLengths = (title: 200, text: 10_000)

    var isAcceptable: Bool {
        !self.title.isEmpty
            && self.title.unicodeScalars.count <= Self.maxLengths.title
            && self.text.unicodeScalars.count <= Self.maxLengths.text
    }
}

import Synchronization

/// The last news, newest first.
final class NewsArchive: Sendable {
    private let maxCount: Int
    private let items = Mutex<[NewsItem]>([])

    init(maxCount: Int = 20) {
        self.maxCount = maxCount
    }

    var all: [NewsItem] { self.items.withLock { $0 } }

    func add(_ item: NewsItem) {
        self.items.withLock { $0 = Array(([item] + $0).prefix(self.maxCount)) }
    }
}

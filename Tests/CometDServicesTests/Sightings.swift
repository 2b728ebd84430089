/// What was seen, for a test that waits for it.
final class Sightings: Sendable {
    private let record = Record()
    private let stream: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() { (self.stream, self.continuation) = AsyncStream.makeStream() }

    /// What was seen so far.
    var all: [String] { self.record.all }

    func add(_ entry: String) {
        self.record.add(entry)
        self.continuation.yield(entry)
    }

    /// The next entries, in their order; one test may wait at a time.
    func next(_ count: Int) async -> [String] {
        var entries: [String] = []
        guard count > 0 else { return entries }
        for await entry in self.stream {
            entries.append(entry)
            if entries.count == count { break }
        }
        return entries
    }
}

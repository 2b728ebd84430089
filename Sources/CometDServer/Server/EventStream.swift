import Synchronization

/// What happens from now on, as an asynchronous sequence with a bounded buffer.
///
/// What comes while the buffer is full is dropped, and counted. The sequence is for one task; when its iteration ends,
/// or the sequence is released, what feeds it ends too. It ends with the server.
public final class EventStream<Element: Sendable>: AsyncSequence, Sendable {
    private let stream: AsyncStream<Element>
    /// What fills the stream; it does not keep the stream alive.
    let feed: Feed

    /// Makes a stream that nothing feeds yet.
    ///
    /// - Parameter limit: How many elements may wait.
    init(buffering limit: Int) {
        let (stream, continuation) = AsyncStream<Element>.makeStream(
            bufferingPolicy: .bufferingOldest(Swift.max(1, limit))
        )
        self.stream = stream
        self.feed = Feed(continuation)
    }

    deinit { self.feed.finish() }

    /// How many elements were dropped because nobody took those before them.
    public var droppedCount: Int { self.feed.droppedCount }

    /// What is done when nobody takes elements any more.
    func onTermination(_ body: @escaping @Sendable () -> Void) { self.feed.onTermination(body) }

    /// Takes the elements one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private var iterator: AsyncStream<Element>.Iterator
        /// The stream ends with its last user.
        private let stream: EventStream

        fileprivate init(_ stream: EventStream) {
            self.iterator = stream.stream.makeAsyncIterator()
            self.stream = stream
        }

        /// The next element; `nil` at the end, and when the task is cancelled.
        public mutating func next() async -> Element? { await self.iterator.next(isolation: #isolation) }
    }

    /// Begins to take elements.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }
}

extension EventStream {
    /// The other end of a stream.
    final class Feed: Sendable {
        private let continuation: AsyncStream<Element>.Continuation
        private let dropped = Atomic<Int>(0)

        fileprivate init(_ continuation: AsyncStream<Element>.Continuation) {
            self.continuation = continuation
        }

        fileprivate var droppedCount: Int { self.dropped.load(ordering: .relaxed) }

        /// Adds an element, unless the buffer is full.
        func yield(_ element: Element) {
            if case .dropped = self.continuation.yield(element) { self.dropped.add(1, ordering: .relaxed) }
        }

        /// Ends the stream when what waits has been taken.
        func finish() { self.continuation.finish() }

        fileprivate func onTermination(_ body: @escaping @Sendable () -> Void) {
            self.continuation.onTermination = { _ in body() }
        }
    }
}

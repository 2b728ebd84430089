import DequeModule

/// Items that asynchronous work is done on, one after the other in their order.
///
/// Work that ends at once is followed by the next without recursion, however many wait. Confined to its event loop.
final class TurnQueue<Item> {
    private var waiting = Deque<Item>()
    /// Whether an item's work has begun and not ended.
    private(set) var isWorking = false
    /// Whether ``run(_:)`` is on the stack, which turns to the next item by itself.
    private var isRunning = false

    /// How many items wait for their turn.
    var count: Int { self.waiting.count }

    /// Whether an item must wait for its turn.
    var isBusy: Bool { self.isWorking || !self.waiting.isEmpty }

    func append(_ item: Item) { self.waiting.append(item) }

    /// Takes the item out that has waited longest.
    func removeFirst() -> Item? { self.waiting.popFirst() }

    /// Takes out all that wait.
    func removeAll() -> Deque<Item> {
        defer { self.waiting = [] }
        return self.waiting
    }

    /// Works on what waits, and goes on with it each time that an item's work has ended.
    ///
    /// - Parameter work: Begins the work on an item; calls what it is given once when that has ended.
    func run(_ work: @escaping (Item, _ done: @escaping () -> Void) -> Void) {
        guard !self.isRunning else { return }
        self.isRunning = true
        defer { self.isRunning = false }
        while !self.isWorking, let item = self.waiting.popFirst() {
            self.isWorking = true
            work(item) {
                self.isWorking = false
                self.run(work)
            }
        }
    }
}

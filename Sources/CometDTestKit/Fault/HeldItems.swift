import NIOCore

/// What one side of a connection has sent and the other has not been given yet, in order.
///
/// Holds no clock: time comes in as `now`.
struct HeldItems {
    /// Something that a side of a connection does.
    enum Item {
        case bytes(ByteBuffer)
        /// It will send no more (FIN).
        case end
        /// It has broken the connection (RST).
        case reset
    }

    enum OnNext {
        /// This is due.
        case due(Item)
        /// There is something, but not before this time.
        case later(NIODeadline)
        case none
    }

    private var items = CircularBuffer<(item: Item, due: NIODeadline)>()
    /// How much memory the held bytes take; buffers are charged with what they have allocated.
    private(set) var footprint = 0

    /// Whether nothing is held, not even the end of a connection.
    var isEmpty: Bool { self.items.isEmpty }

    /// Adds something behind all the rest.
    mutating func append(_ item: Item, due: NIODeadline) {
        self.items.append((item, due))
        self.footprint += item.footprint
    }

    /// Puts something before all the rest; it is due at once.
    mutating func putBack(_ item: Item) {
        self.items.prepend((item, .distantPast))
        self.footprint += item.footprint
    }

    /// What comes next, without taking it.
    func next(now: NIODeadline) -> OnNext {
        guard let first = self.items.first else { return .none }
        return first.due <= now ? .due(first.item) : .later(first.due)
    }

    /// Takes what ``next(now:)`` has shown.
    mutating func removeFirst() {
        guard let first = self.items.popFirst() else { return }
        self.footprint -= first.item.footprint
    }

    /// Drops everything.
    mutating func removeAll() {
        self.items.removeAll()
        self.footprint = 0
    }
}

extension HeldItems.Item {
    fileprivate var footprint: Int {
        switch self {
        case .bytes(let bytes): bytes.storageCapacity
        case .end, .reset: 0
        }
    }
}

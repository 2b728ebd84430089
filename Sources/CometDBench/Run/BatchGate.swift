import Synchronization

/// Lets the next batch leave when all messages of the last one have arrived, on whatever event loops.
final class BatchGate: Sendable {
    private let outstanding = Atomic<Int>(0)
    private let batch = Atomic<Int>(0)

    /// A batch is about to leave.
    ///
    /// - Parameters:
    ///   - batch: Its number.
    ///   - deliveries: How many deliveries it must become, at least one.
    func open(_ batch: Int, for deliveries: Int) {
        self.batch.store(batch, ordering: .sequentiallyConsistent)
        self.outstanding.store(deliveries, ordering: .sequentiallyConsistent)
    }

    /// Deliveries have arrived.
    ///
    /// - Returns: The batch whose last they are; `nil` while more are to come.
    func arrived(_ deliveries: Int) -> Int? {
        let left = self.outstanding.subtract(deliveries, ordering: .sequentiallyConsistent).newValue
        return left == 0 ? self.batch.load(ordering: .sequentiallyConsistent) : nil
    }
}

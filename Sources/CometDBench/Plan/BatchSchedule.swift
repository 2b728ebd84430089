/// When each batch shall leave, by whom, and to which rooms: settled before anything is sent.
///
/// The times are those of a client that is never late. Latency counts from them, so that a server which holds up the
/// generator cannot hide what its users would have waited (coordinated omission).
struct BatchSchedule: Sendable {
    private let plan: LoadPlan
    /// What random choices begin with, another for each iteration.
    private let seed: UInt64
    /// How many batches there are.
    let count: Int
    /// When each batch is due, in nanoseconds from the start; empty when the pauses are equal.
    private let drawnTimes: [Int64]

    /// - Parameters:
    ///   - plan: What is published.
    ///   - iteration: Which iteration it is.
    ///   - count: How many batches there are.
    init(_ plan: LoadPlan, iteration: UInt32, count: Int) {
        self.plan = plan
        self.seed = plan.seed &+ UInt64(iteration) &* 0x9e37_79b9
        self.count = count
        guard plan.isRandomized, plan.batchPause > 0 else {
            self.drawnTimes = []
            return
        }
        var random = SeededRandom(seed: self.seed, index: -1)
        var time: Int64 = 0
        self.drawnTimes = (0..<count).map { _ in
            defer { time += Int64.random(in: 0...(Int64(plan.batchPause) * 2000), using: &random) }
            return time
        }
    }

    /// Whether the next batch waits for the last one's arrival instead of a time.
    var isClosed: Bool { self.plan.batchPause == 0 }

    /// When a batch is due, in nanoseconds from the start.
    func time(of batch: Int) -> Int64 {
        self.drawnTimes.isEmpty ? Int64(batch) * Int64(self.plan.batchPause) * 1000 : self.drawnTimes[batch]
    }

    /// The session that publishes a batch.
    func publisher(of batch: Int) -> Int {
        guard !self.plan.hasPublisher, self.plan.clients > 0 else { return 0 }
        var random = SeededRandom(seed: self.seed &+ 1, index: batch)
        return Int.random(in: 0..<self.plan.clients, using: &random)
    }

    /// The rooms that the messages of a batch go to, in order.
    func rooms(of batch: Int) -> [Int] {
        guard self.plan.scenario == .rooms else { return [Int](repeating: 0, count: self.plan.batchSize) }
        var random = SeededRandom(seed: self.seed &+ 2, index: batch)
        return (0..<self.plan.batchSize).map { _ in Int.random(in: 0..<self.plan.rooms, using: &random) }
    }
}

import NIOCore

/// Publishes the batches whose publishers live on one event loop.
///
/// With pauses each batch leaves when it is due, or as soon as it can when it is overdue; its messages say when it was
/// due. Without pauses it leaves when those before it have arrived.
final class BatchSender: LoadDriver {
    private unowned let loop: LoadLoop
    private let schedule: BatchSchedule
    private let begin: NIODeadline
    private let iteration: UInt32
    private let gate: BatchGate?
    /// All loops, this one included.
    private let loops: [LoopHandle]
    /// The numbers of the batches that are this loop's to send.
    private let own: [Int]
    private var position = 0
    private(set) var unsent: Int

    init(
        _ loop: LoadLoop,
        schedule: BatchSchedule,
        iteration: UInt32,
        start: NIODeadline,
        gate: BatchGate,
        loops: [LoopHandle]
    ) {
        self.loop = loop
        self.schedule = schedule
        self.iteration = iteration
        self.begin = start
        self.gate = schedule.isClosed ? gate : nil
        self.loops = loops
        self.own = (0..<schedule.count).filter { loop.has(session: schedule.publisher(of: $0)) }
        self.unsent = self.own.count
    }

    func start() {
        if self.gate == nil {
            self.wait()
        } else if self.own.first == 0 {
            let begin = self.begin
            self.loop.eventLoop.assumeIsolated().scheduleTask(deadline: begin) { self.sendClosed(0) }
        }
    }

    func chunkRead(deliveries: Int) {
        if let batch = self.gate?.arrived(deliveries) { self.sendBehind(batch) }
    }

    // MARK: By time

    private func due(_ batch: Int) -> NIODeadline { self.begin + .nanoseconds(self.schedule.time(of: batch)) }

    private func wait() {
        guard self.position < self.own.count, self.loop.driver === self else { return }
        self.loop.eventLoop.assumeIsolated().scheduleTask(deadline: self.due(self.own[self.position])) {
            self.sendAllDue()
        }
    }

    private func sendAllDue() {
        while self.position < self.own.count, self.loop.driver === self {
            let batch = self.own[self.position]
            let due = self.due(batch)
            guard due <= .now() else { break }
            self.position += 1
            self.unsent -= 1
            self.send(batch, intended: due)
        }
        self.wait()
    }

    // MARK: One after the other

    private func sendBehind(_ batch: Int) {
        guard batch + 1 < self.schedule.count else { return }
        let publisher = self.schedule.publisher(of: batch + 1)
        self.loops[publisher % self.loops.count].execute { loop in
            (loop.driver as? BatchSender)?.sendClosed(batch + 1)
        }
    }

    private func sendClosed(_ batch: Int) {
        guard self.loop.driver === self else { return }
        self.unsent -= 1
        let deliveries = self.schedule.rooms(of: batch).reduce(0) { $0 + self.loop.rooms.members[$1] }
        let canBeSent = self.loop.session(self.schedule.publisher(of: batch)).phase == .ready
        guard deliveries > 0, canBeSent else {
            if canBeSent { self.send(batch, intended: .now()) }
            return self.sendBehind(batch)
        }
        self.gate?.open(batch, for: deliveries)
        self.send(batch, intended: .now())
    }

    // MARK: Sending

    private func send(_ batch: Int, intended: NIODeadline) {
        let session = self.loop.session(self.schedule.publisher(of: batch))
        // What a lost session does not send is lost with it, and told as such.
        guard session.phase == .ready else { return }
        let rooms = self.schedule.rooms(of: batch)
        let now = NIODeadline.now()
        var deliveries = 0
        var text = ByteBufferAllocator().buffer(capacity: rooms.count * (256 + self.loop.plan.messageSize))
        text.writeStaticString("[")
        for (place, room) in rooms.enumerated() {
            if place > 0 { text.writeStaticString(",") }
            let stamp = MessageStamp(
                iteration: self.iteration,
                sequence: UInt32(truncatingIfNeeded: batch * rooms.count + place),
                intended: intended,
                actual: now
            )
            self.loop.texts.writePublish(session.member, room: room, stamp: stamp, to: &text)
            deliveries += self.loop.rooms.members[room]
        }
        text.writeStaticString("]")
        self.loop.recorder.sent(rooms.count, expecting: deliveries, intended: intended, now: now)
        session.publish(text)
    }
}

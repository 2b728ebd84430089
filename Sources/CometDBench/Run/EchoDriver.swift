import NIOCore

/// Lets every session send itself one message after the other.
///
/// With a pause the next one is due a pause after the last one was, and leaves late when the last one has not come back:
/// it counts from when it was due. The sessions begin one after the other, spread over one pause.
final class EchoDriver: LoadDriver {
    private unowned let loop: LoadLoop
    private let iteration: UInt32
    private let begin: NIODeadline
    /// How many messages each session sends.
    private let count: Int
    /// In nanoseconds.
    private let pause: Int64
    private(set) var unsent: Int

    init(_ loop: LoadLoop, iteration: UInt32, start: NIODeadline, count: Int) {
        self.loop = loop
        self.iteration = iteration
        self.begin = start
        self.count = count
        self.pause = Int64(loop.plan.batchPause) * 1000
        self.unsent = loop.sessions.count * count
    }

    func start() {
        for session in self.loop.sessions {
            session.echoes = 0
            self.wait(session)
        }
    }

    func delivered(to session: LoadSession, now: NIODeadline) {
        guard session.echoes < self.count else { return }
        if self.pause == 0 {
            self.send(session, intended: now)
        } else if self.due(session) <= now {
            self.send(session, intended: self.due(session))
        } else {
            self.wait(session)
        }
    }

    private func due(_ session: LoadSession) -> NIODeadline {
        let share = Int64(session.number) * self.pause / Int64(max(1, self.loop.plan.sessionCount))
        return self.begin + .nanoseconds(share + Int64(session.echoes) * self.pause)
    }

    private func wait(_ session: LoadSession) {
        let due = self.due(session)
        self.loop.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.send(session, intended: due) }
    }

    private func send(_ session: LoadSession, intended: NIODeadline) {
        guard self.loop.driver === self else { return }
        self.unsent -= 1
        guard session.phase == .ready else { return }
        let now = NIODeadline.now()
        let stamp = MessageStamp(
            iteration: self.iteration,
            sequence: UInt32(truncatingIfNeeded: session.echoes),
            intended: intended,
            actual: now
        )
        session.echoes += 1
        var text = ByteBufferAllocator().buffer(capacity: 256 + self.loop.plan.messageSize)
        text.writeStaticString("[")
        self.loop.texts.writePublish(session.member, room: session.number, stamp: stamp, to: &text)
        text.writeStaticString("]")
        self.loop.recorder.sent(1, expecting: 1, intended: intended, now: now)
        session.publish(text)
    }
}

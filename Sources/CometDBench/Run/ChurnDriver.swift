import NIOCore

/// Makes sessions and ends them at once, some at a time: connection, handshake, connect, disconnect.
///
/// With a pause each session is due a pause after the last one, and waits where too many are under way: it counts from
/// when it was due.
final class ChurnDriver: LoadDriver {
    private unowned let loop: LoadLoop
    private let begin: NIODeadline
    /// In nanoseconds, for this loop's share of the sessions.
    private let pause: Int64
    private let count: Int
    private var begun = 0
    private var isWaiting = false
    private var sessions: [Int: LoadSession] = [:]

    var unsent: Int { self.count - self.begun + self.sessions.count }

    init(_ loop: LoadLoop, start: NIODeadline, count: Int) {
        self.loop = loop
        self.begin = start
        let loops = loop.plan.eventLoops
        self.pause = Int64(loop.plan.batchPause) * 1000 * Int64(loops)
        self.count = count / loops + (loop.index < count % loops ? 1 : 0)
    }

    func start() {
        let begin = self.begin
        self.loop.eventLoop.assumeIsolated().scheduleTask(deadline: begin) { self.fill() }
    }

    private func fill() {
        while self.begun < self.count, self.sessions.count < self.loop.concurrency, self.loop.driver === self {
            let now = NIODeadline.now()
            let due = self.pause == 0 ? now : self.begin + .nanoseconds(Int64(self.begun) * self.pause)
            guard due <= now else { return self.wait(until: due) }
            let session = LoadSession(
                number: self.begun * self.loop.plan.eventLoops + self.loop.index,
                isSlow: false,
                loop: self.loop
            )
            session.intendedStart = due
            session.actualStart = now
            self.begun += 1
            self.sessions[session.number] = session
            session.start()
        }
    }

    private func wait(until due: NIODeadline) {
        guard !self.isWaiting else { return }
        self.isWaiting = true
        self.loop.eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            self.isWaiting = false
            self.fill()
        }
    }

    func sessionReady(_ session: LoadSession) { session.leave() }

    func sessionGone(_ session: LoadSession) {
        guard self.sessions.removeValue(forKey: session.number) != nil else { return }
        // Behind what is being done with the session.
        self.loop.eventLoop.assumeIsolated().execute { self.fill() }
    }
}

import NIOCore

/// One client's session of a load generator.
///
/// Confined to its event loop.
///
/// It does what a Bayeux client must, and no more: handshake, subscribe, a connect that is always held, disconnect. A
/// session that is lost is not made again: that would hide it.
final class LoadSession {
    /// How far the session is.
    enum Phase {
        case new
        case handshaking
        case subscribing
        /// The first connect, which is answered at once.
        case connecting
        case ready
        case leaving
        /// Terminal.
        case gone
    }

    /// What the session is called among all of its generator.
    let number: Int
    /// Whether it reads nothing while messages are published.
    let isSlow: Bool
    let loop: LoadLoop
    private(set) var phase = Phase.new
    /// Which messages it has got in this iteration.
    @exclusivity(unchecked) var seen = SequenceSet()
    /// How many messages an echo has sent.
    var echoes = 0
    /// When a session that comes and goes was to begin, and when it did.
    var intendedStart = NIODeadline.now()
    var actualStart = NIODeadline.now()

    /// The member that names the session in its messages.
    private(set) var member = ByteBuffer()
    private var cookie = ""
    /// The last batch that the server has numbered.
    private var acknowledged = 0
    /// The WebSocket, or the connection of the connects.
    private var main: LoadLink?
    /// The connection for what is published, over long-polling.
    private var second: LoadLink?
    /// Whether nothing is read; over long-polling, whether no connect follows.
    private var isPaused = false
    private var owesConnect = false

    init(number: Int, isSlow: Bool, loop: LoadLoop) {
        self.number = number
        self.isSlow = isSlow
        self.loop = loop
    }

    private var isWebSocket: Bool { self.loop.plan.transport == .webSocket }

    /// Begins with a connection.
    func start() {
        self.phase = .handshaking
        self.sendMain(self.loop.texts.handshake)
    }

    /// Ends the session; its loop is told when that is done.
    func leave() {
        guard self.phase == .ready else { return self.end() }
        self.phase = .leaving
        self.resume()
        var text = ByteBuffer()
        self.loop.texts.writeDisconnect(self.member, to: &text)
        // Over long-polling the connection of the connects is busy, unless the session has just begun.
        if self.isWebSocket || self.main?.isBusy != true { self.sendMain(text) } else { self.sendSecond(text) }
    }

    /// Closes what is open, without a word.
    func end() {
        guard self.phase != .gone else { return }
        self.phase = .gone
        self.main?.close()
        self.second?.close()
        self.main = nil
        self.second = nil
        self.loop.sessionGone(self)
    }

    /// Sends a text that holds messages to be published.
    func publish(_ text: ByteBuffer) {
        if self.isWebSocket { self.sendMain(text) } else { self.sendSecond(text) }
    }

    /// Makes the connection ready on which messages will be published.
    func prepareToPublish() {
        if !self.isWebSocket, self.second == nil { self.second = self.loop.open(self) }
    }

    /// Reads nothing more for a while.
    func pause() {
        self.isPaused = true
        if self.isWebSocket { self.main?.setReading(false) }
    }

    /// Reads on.
    func resume() {
        guard self.isPaused else { return }
        self.isPaused = false
        if self.isWebSocket { self.main?.setReading(true) }
        if self.owesConnect { self.sendConnect(isFirst: false) }
    }
}

// MARK: - Sending

extension LoadSession {
    private func sendMain(_ text: ByteBuffer) {
        if self.main?.isUsable != true { self.main = self.loop.open(self) }
        self.main?.send(text, cookie: self.cookie)
    }

    private func sendSecond(_ text: ByteBuffer) {
        if self.second?.isUsable != true { self.second = self.loop.open(self) }
        self.second?.send(text, cookie: self.cookie)
    }

    private func sendConnect(isFirst: Bool) {
        guard !self.isPaused else {
            self.owesConnect = true
            return
        }
        self.owesConnect = false
        var text = ByteBuffer()
        self.loop.texts.writeConnect(self.member, isFirst: isFirst, acknowledged: self.acknowledged, to: &text)
        self.sendMain(text)
    }
}

// MARK: - Receiving

extension LoadSession {
    /// Something other than HTTP or WebSocket arrived, or a status that means failure.
    func fail(_ reason: String) {
        switch self.phase {
        case .new, .handshaking, .subscribing, .connecting:
            self.loop.openingFailed(LoadError(.refused, reason))
        case .ready:
            if self.isSlow {
                self.loop.recorder.counts.slowSessionsLost += 1
            } else {
                self.loop.recorder.counts.sessionsLost += 1
                self.loop.lastFault = reason
            }
        case .leaving, .gone: break
        }
        self.end()
    }

    /// A connection was closed, or could not be made.
    ///
    /// - Parameters:
    ///   - link: Which one.
    ///   - wasBusy: Whether an answer was still to come.
    ///   - reason: Why, in words.
    func linkClosed(_ link: LoadLink, wasBusy: Bool, _ reason: String) {
        if link === self.main {
            self.main = nil
            if self.phase == .leaving { return self.end() }
            guard wasBusy || self.isWebSocket else { return }
            self.fail(reason)
        } else if link === self.second {
            self.second = nil
            if self.phase == .leaving { return self.end() }
            if wasBusy { self.fail(reason) }
        }
    }

    /// A cookie that must be sent back.
    func take(cookies: [String]) {
        guard !cookies.isEmpty, self.cookie.isEmpty else { return }
        self.cookie = cookies.joined(separator: "; ")
    }

    /// One reply to what the session has sent.
    ///
    /// - Parameter reply: What it says about itself.
    func receive(_ reply: ReplyFacts) {
        switch reply.kind {
        case .publish:
            if reply.isSuccessful {
                self.loop.recorder.counts.acknowledged += 1
            } else {
                self.loop.recorder.counts.refused += 1
                self.loop.lastFault = reply.text
            }
        case .handshake:
            guard self.phase == .handshaking else { return }
            guard reply.isSuccessful, !reply.clientID.isEmpty else {
                return self.fail("the server refuses the handshake: \(reply.text)")
            }
            self.member = ByteBuffer(string: #""clientId":\#(reply.clientID)"#)
            self.subscribe()
        case .subscribe:
            guard self.phase == .subscribing else { return }
            guard reply.isSuccessful else { return self.fail("the server refuses to subscribe: \(reply.text)") }
            self.phase = .connecting
            self.sendConnect(isFirst: true)
        case .connect: self.connectAnswered(reply)
        case .disconnect:
            if self.phase == .leaving { self.left() }
        }
    }

    private func subscribe() {
        let rooms = self.loop.rooms.rooms(ofSession: self.number)
        guard !rooms.isEmpty else {
            self.phase = .connecting
            return self.sendConnect(isFirst: true)
        }
        self.phase = .subscribing
        var text = ByteBuffer()
        self.loop.texts.writeSubscribe(self.member, rooms: rooms, to: &text)
        self.sendMain(text)
    }

    private func connectAnswered(_ reply: ReplyFacts) {
        guard self.phase == .connecting || self.phase == .ready else { return }
        guard reply.isSuccessful, !reply.forbidsReconnect else {
            return self.fail("the server ends a session: \(reply.text)")
        }
        if let acknowledged = reply.acknowledgement { self.acknowledged = acknowledged }
        if self.phase == .connecting {
            self.phase = .ready
            self.loop.sessionReady(self)
            // Those that come and go have gone.
            guard self.phase == .ready else { return }
        }
        guard reply.interval > 0 else { return self.sendConnect(isFirst: false) }
        self.loop.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(reply.interval))) {
            if self.phase == .ready { self.sendConnect(isFirst: false) }
        }
    }

    private func left() {
        if self.loop.plan.scenario == .churn { self.loop.sessionDone(self) }
        self.end()
    }
}

import Bayeux
import NIOCore
import NIOPosix
import NIOSSL

/// All that a load generator does on one event loop.
///
/// Confined to it.
///
/// Nothing is shared with the other loops but the plan: each counts for itself, and knows from the plan which of the
/// batches are its own to send.
final class LoadLoop {
    let plan: LoadPlan
    let rooms: Rooms
    let texts: RequestTexts
    let eventLoop: any EventLoop
    /// The place of this loop among all.
    let index: Int
    private let address: SocketAddress
    private let tls: NIOSSLContext?

    /// What is counted; used for every delivery, in short accesses only.
    @exclusivity(unchecked) var recorder: LoopRecorder
    /// Memory for the messages of the text that is being read.
    @exclusivity(unchecked) var envelopes: ContiguousArray<MessageEnvelope> = []
    /// What the server or the system last said of something that failed.
    var lastFault: String?
    /// Session *n* lives on the loop *n* modulo the number of loops, at *n* divided by it.
    private(set) var sessions: [LoadSession] = []
    var driver: (any LoadDriver)?

    /// How many messages have arrived in the chunk that is being read.
    private var chunkDeliveries = 0
    private var opening: Turns?
    private var leaving: Turns?

    /// Sessions that are being made or ended, some at a time.
    private struct Turns {
        let promise: EventLoopPromise<Void>
        var next = 0
        var done = 0
    }

    init(_ plan: LoadPlan, index: Int, eventLoop: any EventLoop, address: SocketAddress, tls: NIOSSLContext?) {
        self.plan = plan
        self.rooms = Rooms(plan)
        self.texts = RequestTexts(plan)
        self.index = index
        self.eventLoop = eventLoop
        self.address = address
        self.tls = tls
        self.recorder = LoopRecorder(iteration: 0, lateAfter: plan.lateAfter)
    }

    /// How many sessions are made at a time on this loop.
    var concurrency: Int { max(1, self.plan.concurrency / self.plan.eventLoops) }

    /// The session with a number; it must live on this loop.
    func session(_ number: Int) -> LoadSession { self.sessions[number / self.plan.eventLoops] }

    /// Whether a session lives on this loop.
    func has(session number: Int) -> Bool { number % self.plan.eventLoops == self.index }

    /// Opens a connection for a session.
    func open(_ session: LoadSession) -> LoadLink {
        let link = LoadLink(session: session, isWebSocket: self.plan.transport == .webSocket)
        let bound = NIOLoopBound(link, eventLoop: self.eventLoop)
        let (tls, host) = (self.tls, self.plan.target.host)
        var bootstrap = ClientBootstrap(group: self.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 1024, maximum: 65536)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        // An address cannot be the name that a client says hello with.
                        let isName = host.contains { $0.isLetter } && !host.contains(":")
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: isName ? host : nil)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        // Each process has the ports of an address of its own.
        if 1..<250 ~= self.plan.process, self.plan.target.host.hasPrefix("127."),
            let source = try? SocketAddress(ipAddress: "127.0.0.\(1 + self.plan.process)", port: 0)
        {
            bootstrap = bootstrap.bind(to: source)
        }
        bootstrap.connect(to: self.address).assumeIsolated().whenFailure { link.failedToConnect($0) }
        return link
    }

    /// A chunk of bytes has been read to its end.
    func chunkRead() {
        guard self.chunkDeliveries > 0 else { return }
        let deliveries = self.chunkDeliveries
        self.chunkDeliveries = 0
        self.driver?.chunkRead(deliveries: deliveries)
    }

    /// A message arrived at one of the sessions.
    @inline(__always)
    func delivered(to session: LoadSession, now: NIODeadline) {
        self.chunkDeliveries &+= 1
        self.driver?.delivered(to: session, now: now)
    }
}

// MARK: - Sessions

extension LoadLoop {
    /// Makes all sessions of this loop.
    ///
    /// - Parameter limit: How long that may take.
    /// - Returns: When all of them are ready; fails with the first that cannot be made.
    func openSessions(within limit: TimeAmount) -> EventLoopFuture<Void> {
        let numbers = stride(from: self.index, to: self.plan.sessionCount, by: self.plan.eventLoops)
        self.sessions = numbers.map { LoadSession(number: $0, isSlow: self.rooms.isSlow(session: $0), loop: self) }
        let promise = self.eventLoop.makePromise(of: Void.self)
        guard !self.sessions.isEmpty else {
            promise.succeed()
            return promise.futureResult
        }
        self.opening = Turns(promise: promise)
        let timeout = self.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.openingFailed(LoadError(.slow, "the sessions are not ready in time"))
        }
        promise.futureResult.assumeIsolated().whenComplete { _ in timeout.cancel() }
        for _ in 0..<self.concurrency { self.openNext() }
        return promise.futureResult
    }

    private func openNext() {
        guard let next = self.opening?.next, next < self.sessions.count else { return }
        self.opening?.next += 1
        self.sessions[next].start()
    }

    /// A session is ready for the first time.
    func sessionReady(_ session: LoadSession) {
        guard let opening = self.opening else {
            self.driver?.sessionReady(session)
            return
        }
        if self.publishes(session) { session.prepareToPublish() }
        self.opening?.done += 1
        if opening.done + 1 == self.sessions.count {
            self.opening = nil
            opening.promise.succeed()
        } else {
            self.openNext()
        }
    }

    private func publishes(_ session: LoadSession) -> Bool {
        switch self.plan.scenario {
        case .fanout, .slow: session.number == 0
        case .rooms, .echo: true
        case .churn, .idle: false
        }
    }

    /// A session cannot be made.
    func openingFailed(_ error: LoadError) {
        self.lastFault = error.description
        guard let opening = self.opening else {
            self.recorder.counts.sessionsLost += 1
            return
        }
        self.opening = nil
        opening.promise.fail(error)
    }

    /// Ends all sessions of this loop.
    ///
    /// - Parameter limit: After this time they are ended without a word.
    /// - Returns: When they are ended.
    func closeSessions(within limit: TimeAmount) -> EventLoopFuture<Void> {
        let promise = self.eventLoop.makePromise(of: Void.self)
        self.driver = nil
        self.opening = nil
        self.sessions = self.sessions.filter { $0.phase != .gone }
        guard !self.sessions.isEmpty else {
            promise.succeed()
            return promise.futureResult
        }
        self.leaving = Turns(promise: promise)
        let timeout = self.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            for session in self.sessions { session.end() }
        }
        promise.futureResult.assumeIsolated().whenComplete { _ in timeout.cancel() }
        for _ in 0..<self.concurrency { self.leaveNext() }
        return promise.futureResult
    }

    private func leaveNext() {
        guard let next = self.leaving?.next, next < self.sessions.count else { return }
        self.leaving?.next += 1
        self.sessions[next].leave()
    }

    /// A session is over.
    func sessionGone(_ session: LoadSession) {
        self.driver?.sessionGone(session)
        guard var leaving = self.leaving else { return }
        leaving.done += 1
        if leaving.done == self.sessions.count {
            self.leaving = nil
            leaving.promise.succeed()
        } else {
            self.leaving = leaving
            self.leaveNext()
        }
    }

    /// A session that comes and goes has gone.
    func sessionDone(_ session: LoadSession) {
        self.recorder.sessionDone(
            intended: session.intendedStart,
            actual: session.actualStart,
            session: session.number,
            now: .now()
        )
    }
}

// MARK: - Iterations

extension LoadLoop {
    /// Makes ready for an iteration.
    func prepare(iteration: UInt32, driver: any LoadDriver) {
        self.recorder = LoopRecorder(iteration: iteration, lateAfter: self.plan.lateAfter)
        self.lastFault = nil
        self.driver = driver
        for session in self.sessions {
            session.seen.removeAll()
            if session.isSlow { session.pause() }
        }
    }

    /// Lets the sessions that have read nothing read what waits for them.
    func resumeSlowSessions() {
        for session in self.sessions where session.isSlow { session.resume() }
    }
}

import Bayeux
import NIOCore

/// Decides what a client does next: shake hands, connect, wait, or end.
///
/// Holds no socket, timer or clock: facts and the time come in, a ``Step`` goes out. Bad input is of two kinds. The
/// peer's fault, an answer that does not fit: it leads to a step that tries again later, or ends. And known races, an
/// answer or a failure that comes when its request does not matter any more: they lead to ``Step/none``.
struct ClientMachine: Sendable {
    /// What the client must do.
    enum Step: Sendable {
        /// Nothing.
        case none
        /// Send a handshake, after a while.
        case handshake(after: Duration)
        /// Send a connect, after a while; `isHeld` when the server may hold it.
        case connect(after: Duration, isHeld: Bool)
        /// Send what waits, and then a disconnect.
        case disconnect
        /// There is no session any more, for this reason; `nil` when the application wanted it so.
        case end(ClientError?)
    }

    /// A session.
    struct Link: Sendable {
        let clientID: String
        /// How many connects have failed in a row.
        var failures = 0
        /// When the server was last heard of.
        var lastAnswer: NIODeadline
        /// How many connects have been answered at once, and with nothing, in a row.
        var hastyAnswers = 0
    }

    enum Phase: Sendable {
        case disconnected
        /// `isAgain` after a session was lost; it gives up at `limit`, `nil` for never.
        case handshaking(isAgain: Bool, failures: Int, limit: NIODeadline?)
        case handshaken(Link)
        case connecting(Link)
        case connected(Link)
        case unconnected(Link)
        case disconnecting(clientID: String)
        case terminating
    }

    private(set) var phase = Phase.disconnected
    private(set) var transports: TransportChoice
    /// What the server has advised last.
    private(set) var advice = Advice()
    private let options: ClientOptions
    private let chance: @Sendable () -> Double
    /// When the last handshake was accepted, and how many sessions in a row were lost at once.
    private var lastHandshake: NIODeadline?
    private var shortSessions = 0

    init(_ options: ClientOptions, _ transports: TransportChoice, chance: @escaping @Sendable () -> Double) {
        self.options = options
        self.transports = transports
        self.chance = chance
    }

    /// How long a server holds a connect when it has not said so.
    ///
    /// - SeeAlso: CometD 3.1.14, `BayeuxClient`: 60 s.
    private static let unadvisedTimeout = Duration.seconds(60)
    /// How long a server waits for the next connect when it has not said so; after that other transports and hosts are
    /// tried with a new session.
    ///
    /// Our own choice; CometD's servers wait for 10 s by default.
    private static let unadvisedMaxInterval = Duration.seconds(60)
    /// An answer that comes sooner, with nothing, to a connect that might be held, is hasty.
    private static let hasty = Duration.milliseconds(100)
    /// So many hasty answers in a row are taken as they are.
    private static let mostHastyAnswers = 8

    /// How long the server holds a connect.
    var timeout: Duration { self.advice.timeout ?? Self.unadvisedTimeout }

    private var interval: Duration { max(.zero, self.advice.interval ?? .zero) }

    /// How the application sees the client.
    var state: BayeuxClient.State {
        switch self.phase {
        case .disconnected: .disconnected
        case .handshaking(let isAgain, _, _): isAgain ? .rehandshaking : .handshaking
        case .handshaken: .handshaken
        case .connecting: .connecting
        case .connected: .connected
        case .unconnected: .unconnected
        case .disconnecting: .disconnecting
        case .terminating: .terminating
        }
    }

    /// The session's id.
    var clientID: String? {
        switch self.phase {
        case .handshaken(let link), .connecting(let link), .connected(let link), .unconnected(let link): link.clientID
        case .disconnecting(let clientID): clientID
        case .disconnected, .handshaking, .terminating: nil
        }
    }

    private func backOff(after failures: Int) -> Duration {
        self.options.backOff.delay(after: failures, chance: self.chance())
    }

    private mutating func advised(_ advice: Advice?) {
        guard let advice else { return }
        self.advice.interval = advice.interval ?? self.advice.interval
        self.advice.timeout = advice.timeout ?? self.advice.timeout
        self.advice.maxInterval = advice.maxInterval ?? self.advice.maxInterval
        self.advice.hasMultipleClients = advice.hasMultipleClients ?? self.advice.hasMultipleClients
        self.advice.reconnect = advice.reconnect ?? self.advice.reconnect
        if let hosts = advice.hosts, self.options.followsHosts {
            self.advice.hosts = hosts
            self.transports.advised(hosts)
        }
    }

    private mutating func end(_ reason: ClientError?) -> Step {
        self.phase = .disconnected
        return .end(reason)
    }
}

// MARK: - Handshakes

extension ClientMachine {
    /// The application wants a session.
    ///
    /// - Parameter limit: Until when failures are tried again, `nil` for always.
    /// - Returns: What to do.
    mutating func handshakeRequested(until limit: NIODeadline?) -> Step {
        guard case .disconnected = self.phase else { return .none }
        self.phase = .handshaking(isAgain: false, failures: 0, limit: limit)
        self.advice = Advice()
        self.shortSessions = 0
        self.lastHandshake = nil
        self.transports.started()
        return .handshake(after: .zero)
    }

    /// The server has accepted a handshake.
    ///
    /// - Parameters:
    ///   - clientID: The session's id.
    ///   - offered: The transports that the server has; `nil` when it did not say.
    ///   - advice: What to do next.
    ///   - now: The time.
    /// - Returns: What to do.
    mutating func handshakeAccepted(
        _ clientID: String,
        offered: [ConnectionType]?,
        advice: Advice?,
        now: NIODeadline
    ) -> Step {
        guard case .handshaking = self.phase else { return .none }
        // What an earlier session was advised says nothing about this one.
        self.advice.reconnect = nil
        self.advised(advice)
        guard self.transports.handshakeAccepted(offered) else {
            let ours = self.transports.offered.map(\.rawValue).joined(separator: ",")
            let theirs = (offered ?? []).map(\.rawValue).joined(separator: ",")
            return self.end(ClientError(.noTransport, "405:c[\(ours)],s[\(theirs)]:no_transport"))
        }
        guard advice?.reconnect != Advice.Reconnect.none, (advice?.interval ?? .zero) >= .zero else {
            return self.end(ClientError(.reconnectForbidden))
        }
        self.lastHandshake = now
        self.phase = .handshaken(Link(clientID: clientID, lastAnswer: now))
        return .connect(after: self.interval, isHeld: false)
    }

    /// The server has refused a handshake.
    mutating func handshakeRefused(_ error: ClientError, advice: Advice?, now: NIODeadline) -> Step {
        guard case .handshaking(let isAgain, let failures, let limit) = self.phase else { return .none }
        guard advice?.reconnect != Advice.Reconnect.none, (advice?.interval ?? .zero) >= .zero else {
            return self.end(error)
        }
        let delay = max(advice?.interval ?? .zero, self.backOff(after: failures + 1))
        return self.shakeHandsAgain(after: delay, error, isAgain: isAgain, failures + 1, limit, now: now)
    }

    /// A handshake could not be sent, or was not answered.
    mutating func handshakeFailed(_ error: ClientError, now: NIODeadline) -> Step {
        guard case .handshaking(let isAgain, let failures, let limit) = self.phase else { return .none }
        guard !self.transports.handshakeFailed() else { return .handshake(after: .zero) }
        let delay = self.backOff(after: failures + 1)
        return self.shakeHandsAgain(after: delay, error, isAgain: isAgain, failures + 1, limit, now: now)
    }

    private mutating func shakeHandsAgain(
        after delay: Duration,
        _ error: ClientError,
        isAgain: Bool,
        _ failures: Int,
        _ limit: NIODeadline?,
        now: NIODeadline
    ) -> Step {
        if let limit, now + TimeAmount(delay) > limit { return self.end(error) }
        self.phase = .handshaking(isAgain: isAgain, failures: failures, limit: limit)
        return .handshake(after: delay)
    }

    /// The session is gone: a new one is wanted.
    private mutating func sessionLost(after delay: Duration, now: NIODeadline) -> Step {
        // A server that accepts sessions only to forget them must not make the client spin.
        let isShort = self.lastHandshake.map { now - $0 < .seconds(1) } ?? false
        self.shortSessions = isShort ? self.shortSessions + 1 : 0
        self.phase = .handshaking(isAgain: true, failures: self.shortSessions, limit: nil)
        self.transports.sessionLost()
        let backOff = self.shortSessions > 0 ? self.backOff(after: self.shortSessions) : .zero
        return .handshake(after: max(delay, backOff))
    }
}

// MARK: - Connects

extension ClientMachine {
    /// A connect is about to leave.
    mutating func connectSent() {
        if case .handshaken(let link) = self.phase { self.phase = .connecting(link) }
    }

    /// The server has answered a connect.
    ///
    /// - Parameters:
    ///   - advice: What to do next.
    ///   - isHasty: Whether the server was to hold the connect, but has answered at once, and with nothing.
    ///   - now: The time.
    /// - Returns: What to do.
    mutating func connectAnswered(advice: Advice?, isHasty: Bool, now: NIODeadline) -> Step {
        switch self.phase {
        case .handshaken(var link), .connecting(var link), .connected(var link), .unconnected(var link):
            self.advised(advice)
            self.transports.connectAnswered()
            if advice?.reconnect == Advice.Reconnect.none || (advice?.interval ?? .zero) < .zero {
                return self.end(ClientError(.reconnectForbidden))
            }
            if advice?.reconnect == .handshake { return self.sessionLost(after: self.interval, now: now) }
            link.failures = 0
            link.lastAnswer = now
            link.hastyAnswers = isHasty ? link.hastyAnswers + 1 : 0
            self.phase = .connected(link)
            // A server that does not hold connects must not make the client spin.
            let pause = link.hastyAnswers > Self.mostHastyAnswers ? self.backOff(after: 1) : .zero
            return .connect(after: max(self.interval, pause), isHeld: true)
        case .disconnected, .handshaking, .disconnecting, .terminating:
            return .none
        }
    }

    /// Whether an answer without messages has come too soon.
    ///
    /// - Parameter duration: How long it took.
    /// - Returns: Whether a server that holds connects would not have answered.
    func isHasty(_ duration: Duration) -> Bool {
        duration < Self.hasty && self.interval < .milliseconds(100)
    }

    /// The server has refused a connect.
    mutating func connectRefused(_ error: ClientError, advice: Advice?, now: NIODeadline) -> Step {
        switch self.phase {
        case .handshaken(var link), .connecting(var link), .connected(var link), .unconnected(var link):
            self.advised(advice)
            guard (advice?.interval ?? .zero) >= .zero else { return self.end(error) }
            // Without advice, an unknown session is made anew, and all else is tried again.
            switch advice?.reconnect ?? (error.code == .sessionUnknown ? .handshake : .retry) {
            case .none:
                return self.end(error)
            case .handshake:
                return self.sessionLost(after: self.interval, now: now)
            case .retry:
                link.failures += 1
                link.lastAnswer = now
                self.phase = .unconnected(link)
                let delay = max(self.interval, self.backOff(after: link.failures))
                return .connect(after: delay, isHeld: false)
            }
        case .disconnected, .handshaking, .disconnecting, .terminating:
            return .none
        }
    }

    /// A connect could not be sent, or was not answered.
    mutating func connectFailed(now: NIODeadline) -> Step {
        switch self.phase {
        case .handshaken(var link), .connecting(var link), .connected(var link), .unconnected(var link):
            link.failures += 1
            self.transports.connectFailed()
            let delay = self.backOff(after: link.failures)
            // The server has forgotten the session by now: a connect would only be told so.
            let maxInterval = self.advice.maxInterval ?? Self.unadvisedMaxInterval
            if maxInterval > .zero,
                now + TimeAmount(delay) - link.lastAnswer > TimeAmount(self.timeout + self.interval + maxInterval)
            {
                return self.sessionLost(after: delay, now: now)
            }
            self.phase = .unconnected(link)
            return .connect(after: delay, isHeld: false)
        case .disconnected, .handshaking, .disconnecting, .terminating:
            return .none
        }
    }
}

// MARK: - The end

extension ClientMachine {
    /// The application wants to end the session.
    mutating func disconnectRequested() -> Step {
        switch self.phase {
        case .disconnected, .disconnecting, .terminating:
            return .none
        case .handshaking, .unconnected:
            // There is nobody to tell.
            return self.end(nil)
        case .handshaken(let link), .connecting(let link), .connected(let link):
            self.phase = .disconnecting(clientID: link.clientID)
            return .disconnect
        }
    }

    /// The disconnect has been answered, or never will be.
    mutating func disconnectEnded() {
        if case .disconnecting = self.phase { self.phase = .terminating }
    }

    /// Connections are closed, or the application does not want to wait.
    mutating func aborted(_ reason: ClientError? = nil) -> Step {
        if case .disconnected = self.phase { return .none }
        return self.end(reason)
    }
}

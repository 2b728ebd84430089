import NIOCore

/// Decides when a held `/meta/connect` is answered and when a session without one expires.
///
/// Holds no socket, timer or clock: time comes in as deadlines, work goes out as the held connect to answer. A state
/// without a connect always has an expiry: no outcome of a write can make a session live for ever.
///
/// Known races, ignored: inputs that arrive after ``closed``, and the abortion of a request that has been answered.
enum ConnectState {
    /// No connect is held; the session expires unless the client sends something before.
    case waiting(expiry: NIODeadline)
    /// A connect is held; a message, the deadline or the session's end answers it.
    case held(HeldConnect, until: NIODeadline)
    /// A large answer is being written; its end starts the expiry anew.
    case answering(expiry: NIODeadline)
    /// The session has ended. Terminal.
    case closed
}

extension ConnectState {
    /// Whether a connect is held.
    var isHeld: Bool {
        guard case .held = self else { return false }
        return true
    }

    /// When the state ends by itself; `nil` when it does not.
    var deadline: NIODeadline? {
        switch self {
        case .waiting(let expiry): expiry
        case .held(_, let until): until
        case .answering(let expiry): expiry
        case .closed: nil
        }
    }

    /// The client has sent anything but a connect: an expiry moves on.
    mutating func clientSeen(expiry: NIODeadline) {
        switch consume self {
        case .waiting: self = .waiting(expiry: expiry)
        case .held(let connect, let until): self = .held(connect, until: until)
        case .answering(let current): self = .answering(expiry: max(current, expiry))
        case .closed: self = .closed
        }
    }

    /// A connect has arrived that is to be held.
    mutating func connectHeld(_ connect: HeldConnect, until deadline: NIODeadline) {
        switch consume self {
        case .waiting, .answering, .held: self = .held(connect, until: deadline)
        case .closed: self = .closed
        }
    }

    /// Something ends the held connect: a message, another connect, the client's leaving.
    ///
    /// - Parameter expiry: When the session expires unless the next connect arrives.
    /// - Returns: The connect to answer; `nil` when none is held.
    mutating func connectReleased(expiry: NIODeadline) -> HeldConnect? {
        switch consume self {
        case .held(let connect, _):
            self = .waiting(expiry: expiry)
            return connect
        case .waiting(let expiry):
            self = .waiting(expiry: expiry)
            return nil
        case .answering(let expiry):
            self = .answering(expiry: expiry)
            return nil
        case .closed:
            self = .closed
            return nil
        }
    }

    /// A large answer has been handed to the connection; it cannot take longer than until `expiry`.
    mutating func answerStarted(expiry: NIODeadline) {
        switch consume self {
        case .waiting, .answering: self = .answering(expiry: expiry)
        // The next connect came before the outcome was asked for; it keeps the session.
        case .held(let connect, let until): self = .held(connect, until: until)
        case .closed: self = .closed
        }
    }

    /// The large answer has been written, or could not be.
    mutating func answerEnded(expiry: NIODeadline) {
        switch consume self {
        case .answering: self = .waiting(expiry: expiry)
        case .waiting(let current): self = .waiting(expiry: max(current, expiry))
        case .held(let connect, let until): self = .held(connect, until: until)
        case .closed: self = .closed
        }
    }

    enum OnDeadline {
        /// Answer the connect, which has been held for as long as it may.
        case answer(HeldConnect)
        /// The client is gone: end the session.
        case expire
        /// The deadline has moved; wait for the new one.
        case wait(NIODeadline)
        /// Nothing to do.
        case none
    }

    /// The time is `now`; `expiry` is when the session expires if a connect is answered.
    mutating func deadlineReached(now: NIODeadline, expiry: NIODeadline) -> OnDeadline {
        switch consume self {
        case .held(let connect, let until):
            guard now >= until else {
                self = .held(connect, until: until)
                return .wait(until)
            }
            self = .waiting(expiry: expiry)
            return .answer(connect)
        case .waiting(let current):
            guard now >= current else {
                self = .waiting(expiry: current)
                return .wait(current)
            }
            self = .closed
            return .expire
        case .answering(let current):
            guard now >= current else {
                self = .answering(expiry: current)
                return .wait(current)
            }
            self = .closed
            return .expire
        case .closed:
            self = .closed
            return .none
        }
    }

    /// The session has ended.
    ///
    /// - Returns: The connect that was held.
    mutating func sessionEnded() -> HeldConnect? {
        switch consume self {
        case .held(let connect, _):
            self = .closed
            return connect
        case .waiting, .answering, .closed:
            self = .closed
            return nil
        }
    }
}

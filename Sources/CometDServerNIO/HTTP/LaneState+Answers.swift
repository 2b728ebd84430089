import CometDServer

// What the engine, the fallback and the application decide.
extension LaneState {
    /// The engine takes the current request.
    mutating func handedOver(_ request: LaneResponder) {
        switch consume self {
        case .answering(let form, _): self = .answering(form, request)
        case .idle, .collecting, .held, .fallback, .closing, .gone:
            preconditionFailure("a request is handed over when it has arrived")
        }
    }

    enum OnHeld {
        /// Nothing to do.
        case none
        /// Tell the session that the client has gone: nobody waits for the answer.
        case abort
    }

    /// A session holds a request.
    mutating func requestHeld(_ request: LaneResponder, by session: ServerSession) -> OnHeld {
        switch consume self {
        case .answering(let form, let current) where current === request:
            self = .held(form, request, by: session)
            return .none
        case .answering(let form, let current):
            self = .answering(form, current)
            return .abort
        case .held(let form, let current, let other):
            self = .held(form, current, by: other)
            return current === request ? .none : .abort
        case .idle:
            self = .idle
            return .abort
        case .collecting(let incoming):
            self = .collecting(incoming)
            return .abort
        case .fallback(let exchange):
            self = .fallback(exchange)
            return .abort
        case .closing(let last):
            self = .closing(last)
            return .abort
        case .gone:
            self = .gone
            return .abort
        }
    }

    /// A request is answered.
    ///
    /// - Parameters:
    ///   - request: The request; `nil` for one that the engine was never given.
    ///   - isQuiescing: Whether this is the connection's last answer because the listener stops.
    /// - Returns: What the answer must look like; `nil` when it is not the current request, which has gone then.
    mutating func requestAnswered(_ request: LaneResponder?, isQuiescing: Bool) -> AnswerForm? {
        switch consume self {
        case .answering(var form, let current) where current === request:
            self = Self.behindAnswer(&form, isQuiescing: isQuiescing)
            return form
        case .held(var form, let current, _) where current === request:
            self = Self.behindAnswer(&form, isQuiescing: isQuiescing)
            return form
        case .answering(let form, let current):
            self = .answering(form, current)
            return nil
        case .held(let form, let current, let session):
            self = .held(form, current, by: session)
            return nil
        case .idle:
            self = .idle
            return nil
        case .collecting(let incoming):
            self = .collecting(incoming)
            return nil
        case .fallback(let exchange):
            self = .fallback(exchange)
            return nil
        case .closing(let last):
            self = .closing(last)
            return nil
        case .gone:
            self = .gone
            return nil
        }
    }

    private static func behindAnswer(_ form: inout AnswerForm, isQuiescing: Bool) -> LaneState {
        if form.closes { return .closing(.writing(lingers: false)) }
        guard isQuiescing else { return .idle }
        form.closes = true
        return .closing(.writing(lingers: true))
    }

    enum OnListenerStopped {
        /// The current request is answered first.
        case none
        /// Close the connection when all that was sent has been written.
        case close
    }

    /// The listener stops: no request is awaited any more.
    mutating func listenerStopped() -> OnListenerStopped {
        guard case .idle = self else { return .none }
        self = .closing(.writing(lingers: false))
        return .close
    }

    /// Whether the fallback's current answer is the connection's last one as far as the request is concerned.
    var fallbackCloses: Bool {
        guard case .fallback(let exchange) = self else { return false }
        return exchange.closes
    }

    enum OnFallbackAnswered {
        /// Wait for the request's end.
        case none
        /// Go on with the next request.
        case goOn
        /// Close when the answer has been written.
        case close
    }

    /// The fallback has answered its request.
    ///
    /// - Parameter closes: Whether the answer says that the connection is closed after it.
    /// - Returns: What to do.
    mutating func fallbackAnswered(closes: Bool) -> OnFallbackAnswered {
        switch consume self {
        case .fallback(var exchange):
            if closes {
                self = .closing(.writing(lingers: !(exchange.isRead && exchange.closes)))
                return .close
            }
            if exchange.isRead {
                self = .idle
                return .goOn
            }
            exchange.isAnswered = true
            self = .fallback(exchange)
            return .none
        case .idle:
            self = .idle
            return .none
        case .collecting(let incoming):
            self = .collecting(incoming)
            return .none
        case .answering(let form, let request):
            self = .answering(form, request)
            return .none
        case .held(let form, let request, let session):
            self = .held(form, request, by: session)
            return .none
        case .closing(let last):
            self = .closing(last)
            return .none
        case .gone:
            self = .gone
            return .none
        }
    }

    enum OnLastAnswerWritten {
        /// Nothing to do.
        case none
        /// Close the connection.
        case close
        /// Close the sending side only, and wait for the client to close its own.
        case linger
    }

    /// The last answer of the connection has been written, or could not be.
    mutating func lastAnswerWritten() -> OnLastAnswerWritten {
        switch consume self {
        case .closing(.writing(let lingers)):
            self = .closing(.written)
            return lingers ? .linger : .close
        case .closing(.written):
            self = .closing(.written)
            return .none
        case .gone:
            self = .gone
            return .none
        case .idle, .collecting, .answering, .held, .fallback:
            preconditionFailure("the state is closing from the last answer on")
        }
    }
}

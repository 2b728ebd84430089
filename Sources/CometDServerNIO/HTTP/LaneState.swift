import CometDServer
import NIOCore
import NIOHTTP1

/// Which request of a connection is being read or answered: one at a time, in the order of their arrival.
///
/// Holds no channel and no clock: what a peer does and what the engine decides come in, what is to be done goes out.
/// A peer's fault closes the connection by ``OnHead/refuse(_:_:)`` and the like. Known races, ignored: an answer to a
/// request whose connection has gone or is being closed, and whatever arrives on a connection that is being closed.
enum LaneState {
    /// Between two requests.
    case idle
    /// The body of a request to the server is arriving.
    case collecting(IncomingRequest)
    /// The request is complete; the engine has it, unless it turns out that it cannot be read.
    case answering(AnswerForm, LaneResponder?)
    /// The request is a connect that a session holds.
    case held(AnswerForm, LaneResponder, by: ServerSession)
    /// The request is another's.
    case fallback(FallbackExchange)
    /// The last answer of the connection is on its way; what arrives is dropped.
    case closing(LastAnswer)
    /// The connection has ended or has become a WebSocket. Terminal.
    case gone

    /// A request of the fallback: reading it and answering it end independently of each other.
    struct FallbackExchange: Hashable {
        var isRead = false
        var isAnswered = false
        /// Whether the client wants the connection to be closed afterwards.
        var closes: Bool
    }

    /// How far the last answer has come.
    enum LastAnswer: Hashable {
        /// Being written. Then, if it `lingers`, the client is given time to read it although it still sends: closing
        /// at once would reset the connection and lose the answer.
        case writing(lingers: Bool)
        /// Written; the client has not closed its side yet.
        case written
    }
}

// MARK: - What the client sends

extension LaneState {
    /// Whether the head of a request can be taken now, or must wait for the answer to another.
    var takesHead: Bool {
        switch self {
        case .idle, .closing, .gone: true
        case .collecting, .answering, .held, .fallback: false
        }
    }

    /// Whether an error of the decoder can be reported now, or must wait for the answer to the request before it.
    var takesError: Bool {
        switch self {
        case .idle, .collecting, .closing, .gone: true
        case .fallback(let exchange): !exchange.isRead
        case .answering, .held: false
        }
    }

    enum OnHead {
        /// Wait for the body.
        case none
        /// Tell the client to send the body, then wait for it.
        case sendContinue
        /// Give it to the fallback.
        case forward(HTTPRequestHead)
        /// Answer with an error and close.
        case refuse(HTTPResponseStatus, AnswerForm)
    }

    /// The head of a request has arrived, and it is its turn (``takesHead``).
    mutating func headReceived(_ request: IncomingRequest) -> OnHead {
        switch consume self {
        case .idle:
            var form = request.answerForm
            if case .fallback = request.route {
                self = .fallback(FallbackExchange(closes: form.closes))
                return .forward(request.head)
            }
            form.closes = true
            if case .malformed(let status) = request.route {
                self = .closing(.writing(lingers: true))
                return .refuse(status, form)
            }
            if let length = request.headers.contentLength, length > request.maxBodySize {
                self = .closing(.writing(lingers: true))
                return .refuse(.payloadTooLarge, form)
            }
            let waits = request.headers.expectation == .continue && !form.isHTTP10
            let hasBody = request.headers.contentLength != 0
            self = .collecting(request)
            return waits && hasBody ? .sendContinue : .none
        case .closing(let last):
            self = .closing(last)
            return .none
        case .gone:
            self = .gone
            return .none
        case .collecting, .answering, .held, .fallback:
            preconditionFailure("the lane lets heads wait for their turn")
        }
    }

    enum OnBody {
        /// Nothing to do.
        case none
        /// Give it to the fallback.
        case forward(ByteBuffer)
        /// Answer with 413 and close.
        case refuse(AnswerForm)
    }

    /// A part of the current request's body has arrived.
    mutating func bodyReceived(_ bytes: ByteBuffer) -> OnBody {
        switch consume self {
        case .collecting(let request):
            if request.append(bytes) {
                self = .collecting(request)
                return .none
            }
            var form = request.answerForm
            form.closes = true
            self = .closing(.writing(lingers: true))
            return .refuse(form)
        case .fallback(let exchange):
            self = .fallback(exchange)
            return .forward(bytes)
        case .idle:
            self = .idle
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

    enum OnEnd {
        /// Nothing to do.
        case none
        /// Read the request and answer it.
        case process(IncomingRequest)
        /// Give the end to the fallback.
        case forward
        /// Give the end to the fallback, which has answered already, and go on with the next request.
        case forwardAndGoOn
    }

    /// The current request has arrived completely.
    mutating func endReceived() -> OnEnd {
        switch consume self {
        case .collecting(let request):
            self = .answering(request.answerForm, nil)
            return .process(request)
        case .fallback(var exchange):
            if exchange.isAnswered {
                self = .idle
                return .forwardAndGoOn
            }
            exchange.isRead = true
            self = .fallback(exchange)
            return .forward
        case .idle:
            self = .idle
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

    enum OnBroken {
        /// Nothing to do: the connection is being closed anyway.
        case none
        /// Tell the fallback, which is reading the request.
        case forward
        /// Answer with an error and close.
        case refuse(AnswerForm)
    }

    /// What arrives is no HTTP, or takes too long to; it is its turn (``takesError``).
    mutating func inputBroke() -> OnBroken {
        switch consume self {
        case .idle:
            self = .closing(.writing(lingers: true))
            return .refuse(AnswerForm(closes: true, isHTTP10: false, isHead: false))
        case .collecting(let request):
            self = .closing(.writing(lingers: true))
            var form = request.answerForm
            form.closes = true
            return .refuse(form)
        case .fallback(let exchange):
            self = .fallback(exchange)
            return .forward
        case .answering, .held:
            preconditionFailure("the lane lets errors wait for their turn")
        case .closing(let last):
            self = .closing(last)
            return .none
        case .gone:
            self = .gone
            return .none
        }
    }

    enum OnInputClosed {
        /// Nothing to do: the current answer is sent first.
        case none
        /// Tell the fallback.
        case forward
        /// Close the connection.
        case close
        /// Tell the session that its client has gone, then close the connection.
        case abort(LaneResponder, ServerSession)
    }

    /// The client will send nothing more.
    mutating func inputClosed() -> OnInputClosed {
        switch consume self {
        case .idle, .collecting:
            self = .gone
            return .close
        case .answering(var form, let request):
            form.closes = true
            self = .answering(form, request)
            return .none
        case .held(_, let request, let session):
            self = .gone
            return .abort(request, session)
        case .fallback(var exchange):
            exchange.closes = true
            self = .fallback(exchange)
            return .forward
        case .closing(.writing):
            self = .closing(.writing(lingers: false))
            return .none
        case .closing(.written), .gone:
            self = .gone
            return .close
        }
    }

    /// The connection has been closed, or has become a WebSocket.
    ///
    /// - Returns: The request to abort and the session that holds it.
    mutating func connectionLost() -> (LaneResponder, ServerSession)? {
        let before = consume self
        self = .gone
        guard case .held(_, let request, let session) = before else { return nil }
        return (request, session)
    }
}

import CometDServer
import Logging
import NIOCore
import NIOHTTP1

/// Answers the request of an HTTP/2 stream when it is Bayeux's, and hands it to the fallback when it is not.
///
/// What ``FastLane`` is to an HTTP/1 connection. ``LaneState`` decides for both: a stream is a connection with one
/// request, whose answer is the last. Confined to the event loop of its connection.
final class StreamLane: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let endpoint: BayeuxEndpoint
    let facts: ConnectionFacts
    private let timers: TimerWheel
    private let logger: Logger
    private var state = LaneState.idle
    /// While the lane is in a pipeline.
    private var context: ChannelHandlerContext?
    private lazy var timer = TimerWheel.Timer { [unowned self] _ in self.timeoutReached() }
    /// What the timer is set for; `nil` when it must be set anew.
    private var timeout: LaneTimeout?
    private var isWritable = true

    init(_ endpoint: BayeuxEndpoint, _ facts: ConnectionFacts, on eventLoop: any EventLoop, logger: Logger) {
        self.endpoint = endpoint
        self.facts = facts
        self.timers = endpoint.server.timers(of: eventLoop)
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.settleTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.connectionLost()
        self.context = nil
    }
}

// MARK: - Inbound

extension StreamLane {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            // The codec takes what follows the first head for trailers.
            guard self.state.takesHead else { return }
            self.take(IncomingRequest(head, at: self.endpoint, isSecure: self.facts.tls != nil), context)
        case .body(let bytes):
            switch self.state.bodyReceived(bytes) {
            case .none: break
            case .forward(let bytes): context.fireChannelRead(self.wrapInboundOut(.body(bytes)))
            case .refuse(let form): self.send(StreamAnswer(refusing: .payloadTooLarge), form)
            }
        case .end(let trailers):
            switch self.state.endReceived() {
            case .none: break
            case .process(let request): self.serve(request, context)
            case .forward, .forwardAndGoOn: context.fireChannelRead(self.wrapInboundOut(.end(trailers)))
            }
        }
        self.settleTimer()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.logger.debug("stream failed", metadata: ["error": "\(error)"])
        guard self.state.takesError, context.channel.isActive else {
            context.close(promise: nil)
            return
        }
        switch self.state.inputBroke() {
        case .none: break
        case .forward: context.fireErrorCaught(error)
        case .refuse(let form): self.send(StreamAnswer(refusing: .badRequest), form)
        }
        self.settleTimer()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The stream ends with its answer, whether the listener stops or not; the fallback need not know.
        if event is ChannelShouldQuiesceEvent { return }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connectionLost()
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        self.settleTimer()
        context.fireChannelWritabilityChanged()
    }

    private func connectionLost() {
        self.timers.cancel(self.timer)
        if let (request, session) = self.state.connectionLost() { session.heldRequestAborted(request) }
    }

    private func take(_ request: IncomingRequest, _ context: ChannelHandlerContext) {
        switch self.state.headReceived(request) {
        case .none:
            break
        case .sendContinue:
            let head = HTTPResponseHead(version: .http2, status: .continue)
            context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
        case .forward(let head):
            do {
                try self.endpoint.fallback.install(on: context.channel, isSecure: self.facts.tls != nil)
            } catch {
                self.logger.error("the fallback cannot be installed", metadata: ["error": "\(error)"])
                context.close(promise: nil)
                return
            }
            context.fireChannelRead(self.wrapInboundOut(.head(head)))
        case .refuse(let status, let form):
            self.send(StreamAnswer(refusing: status), form)
        }
    }

    /// Reads a request that has arrived completely, and gives its messages to the engine.
    private func serve(_ request: IncomingRequest, _ context: ChannelHandlerContext) {
        switch request.route {
        case .longPolling, .callbackPolling:
            do throws(UnreadableRequest) {
                try self.giveToEngine(request, context)
            } catch {
                error.log(request, at: self.endpoint, to: self.logger)
                self.answer(StreamAnswer(refusing: error.status))
            }
        case .options:
            self.answer(StreamAnswer(.ok))
        case .webSocket:
            // RFC 9113, section 8.2.2: this header means nothing here.
            self.answer(StreamAnswer(refusing: .badRequest))
        case .refused(let status), .malformed(let status):
            self.answer(StreamAnswer(refusing: status))
        case .fallback:
            preconditionFailure("the state gives the requests of the fallback to the fallback")
        }
    }

    private func giveToEngine(_ request: IncomingRequest, _ context: ChannelHandlerContext) throws(UnreadableRequest) {
        let requestContext = HTTPRequestContext(request.head, over: self.facts)
        guard let (transport, batch) = try request.batch(at: self.endpoint, context: requestContext) else {
            self.answer(StreamAnswer(.ok))
            return
        }
        let responder = LaneResponder(transport, on: self, context.eventLoop)
        self.state.handedOver(responder)
        self.endpoint.server.receive(batch, responder: responder, on: context.eventLoop)
    }
}

// MARK: - Answers

extension StreamLane: RequestLane {
    func answer(_ request: LaneResponder, with answer: RequestAnswer) {
        guard let form = self.state.requestAnswered(request, isQuiescing: true) else {
            if case .messages(let messages) = answer { messages.outcome?.writeEnded() }
            return
        }
        switch answer {
        case .messages(let messages):
            let answer = StreamAnswer(messages, over: request.transport, self.endpoint.encoder)
            self.send(answer, form, telling: messages.outcome)
        case .status(let code):
            self.send(StreamAnswer(HTTPResponseStatus(statusCode: code)), form)
        }
    }

    func hold(_ request: LaneResponder, by session: ServerSession) {
        switch self.state.requestHeld(request, by: session) {
        case .none: self.settleTimer()
        case .abort: session.heldRequestAborted(request)
        }
    }

    /// Answers the request, which the engine does not get.
    private func answer(_ answer: StreamAnswer) {
        guard let form = self.state.requestAnswered(nil, isQuiescing: true) else { return }
        self.send(answer, form)
    }

    private func send(_ answer: StreamAnswer, _ form: AnswerForm, telling outcome: AnswerOutcome? = nil) {
        guard let context = self.context else {
            outcome?.writeEnded()
            return
        }
        self.timeout = nil
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in
            outcome?.writeEnded()
            self.answerWritten()
        }
        var answer = answer
        answer.head.headers.add(contentsOf: form.crossOriginHeaders)
        // Of a body that does not come its length must not be told.
        if form.isHead { answer.head.headers.remove(name: "content-length") }
        context.write(self.wrapOutboundOut(.head(answer.head)), promise: nil)
        if !form.isHead, answer.body.readableBytes > 0 {
            context.write(self.wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: written)
        self.settleTimer()
    }

    /// The answer has left, or could not.
    private func answerWritten() {
        switch self.state.lastAnswerWritten() {
        case .none: break
        case .close: self.context?.close(promise: nil)
        // The stream ends when the client has sent the rest of its request, which is dropped.
        case .linger: self.settleTimer()
        }
    }
}

// MARK: - Timeouts

extension StreamLane {
    private func settleTimer() {
        guard let wanted = self.wantedTimeout else {
            if self.timeout != nil || self.timer.isSet { self.timers.cancel(self.timer) }
            self.timeout = nil
            return
        }
        guard wanted != self.timeout else { return }
        self.timeout = wanted
        self.timers.set(self.timer, in: wanted.duration(self.endpoint.options))
    }

    private var wantedTimeout: LaneTimeout? {
        switch self.state {
        case .idle, .collecting: .request
        case .answering, .held: nil
        case .fallback: self.isWritable ? nil : .write
        case .closing(.writing): .write
        case .closing(.written): .linger
        case .gone: nil
        }
    }

    private func timeoutReached() {
        guard let timeout = self.timeout, let context = self.context else { return }
        self.timeout = nil
        switch timeout {
        case .idle, .write, .linger:
            context.close(promise: nil)
        case .request:
            switch self.state.inputBroke() {
            case .none, .forward: break
            case .refuse(let form): self.send(StreamAnswer(refusing: .requestTimeout), form)
            }
        }
    }
}

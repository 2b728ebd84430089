import CometDServer
import Logging
import NIOCore
import NIOHTTP1

// MARK: - Requests

extension FastLane {
    /// Reads a request that has arrived completely, and gives its messages to the engine.
    func serve(_ request: IncomingRequest, _ context: ChannelHandlerContext) {
        switch request.route {
        case .longPolling, .callbackPolling:
            do throws(UnreadableRequest) {
                try self.giveToEngine(request, context)
            } catch {
                error.log(request, at: self.endpoint, to: self.logger)
                self.answer(with: error.status)
            }
        case .options:
            self.answerEmpty()
        case .webSocket:
            self.openWebSocket(request, context)
        case .refused(let status), .malformed(let status):
            self.answer(with: status)
        case .fallback:
            preconditionFailure("the state gives the requests of the fallback to the fallback")
        }
    }

    private func giveToEngine(_ request: IncomingRequest, _ context: ChannelHandlerContext) throws(UnreadableRequest) {
        let requestContext = self.requestContext(request.head, context)
        guard let (transport, batch) = try request.batch(at: self.endpoint, context: requestContext) else {
            self.answerEmpty()
            return
        }
        let responder = LaneResponder(transport, on: self, context.eventLoop)
        self.state.handedOver(responder)
        self.endpoint.server.receive(batch, responder: responder, on: context.eventLoop)
    }
}

// MARK: - Answers

extension FastLane: RequestLane {
    func answer(_ request: LaneResponder, with answer: RequestAnswer) {
        guard let form = self.state.requestAnswered(request, isQuiescing: self.isQuiescing) else {
            if case .messages(let messages) = answer { messages.outcome?.writeEnded() }
            return
        }
        switch answer {
        case .messages(let messages):
            let bytes = self.endpoint.encoder.messages(messages, over: request.transport, form)
            self.send(bytes, form, telling: messages.outcome)
        case .status(let code):
            self.send(AnswerEncoder.status(HTTPResponseStatus(statusCode: code), form), form)
        }
    }

    func hold(_ request: LaneResponder, by session: ServerSession) {
        switch self.state.requestHeld(request, by: session) {
        case .none:
            // A client that had closed its side before will not wait for an answer that may take long.
            if self.isInputClosed { self.inputClosed() }
        case .abort:
            session.heldRequestAborted(request)
        }
    }

    /// Answers the current request, which the engine does not get, with 200 and nothing else.
    private func answerEmpty() {
        guard let form = self.state.requestAnswered(nil, isQuiescing: self.isQuiescing) else { return }
        self.send(AnswerEncoder.status(.ok, form), form)
    }

    /// Answers the current request, which the engine does not get, with an error.
    private func answer(with status: HTTPResponseStatus) {
        guard let form = self.state.requestAnswered(nil, isQuiescing: self.isQuiescing) else { return }
        self.send(AnswerEncoder.refusal(status, form), form)
    }

    /// Sends an error, behind which the state has it that the connection is closed.
    func refuse(_ status: HTTPResponseStatus, _ form: AnswerForm) {
        self.send(AnswerEncoder.refusal(status, form), form)
    }

    private func send(_ answer: ByteBuffer, _ form: AnswerForm, telling outcome: AnswerOutcome? = nil) {
        guard let context = self.context else {
            outcome?.writeEnded()
            return
        }
        self.timeout = nil
        if form.closes || outcome != nil {
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { _ in
                outcome?.writeEnded()
                if form.closes { self.lastAnswerWritten() }
            }
            context.writeAndFlush(self.wrapOutboundOut(answer), promise: written)
        } else {
            context.writeAndFlush(self.wrapOutboundOut(answer), promise: nil)
        }
        self.goOn()
        self.settleTimer()
    }

    /// The last answer has left, or could not.
    func lastAnswerWritten() {
        switch self.state.lastAnswerWritten() {
        case .none: break
        case .close: self.context?.close(promise: nil)
        case .linger: self.context?.close(mode: .output, promise: nil)
        }
        self.settleTimer()
    }
}

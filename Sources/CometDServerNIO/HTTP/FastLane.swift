import CometDServer
import DequeModule
import Logging
import NIOCore
import NIOHTTP1

/// Answers a connection's Bayeux requests straight behind the decoder, and hands all others to the fallback.
///
///     [TLS] - RequestDecoder - FastLane - {from the first request on that is not ours: HTTPResponseEncoder - fallback}
///
/// ``LaneState`` decides, this performs. A request that arrives before its turn waits in ``waiting``, and while
/// anything waits nothing more is read. Confined to the channel's event loop.
final class FastLane: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    /// Passed on as it is; only `read` is held back.
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What has arrived from the client.
    enum Arrival {
        case head(IncomingRequest)
        case body(ByteBuffer)
        case end(HTTPHeaders?)
        /// The decoder cannot go on.
        case broken(any Error)
    }

    /// How many parts of requests may wait.
    ///
    /// What one read brings is below it; only a client that closes its side behind more than that is cut off.
    private static let maxWaiting = 8192

    let endpoint: BayeuxEndpoint
    let decoder: RequestDecoder
    let decoderHandler: ByteToMessageHandler<RequestDecoder>
    let timers: TimerWheel
    let logger: Logger
    /// Unchecked, as what else each part of a request touches: no two of the short accesses overlap.
    @exclusivity(unchecked) var state = LaneState.idle
    /// While the lane is in a pipeline.
    private(set) var context: ChannelHandlerContext?
    private(set) lazy var timer = TimerWheel.Timer { [unowned self] _ in self.timeoutReached() }
    /// What the timer is set for; `nil` when it must be set anew.
    @exclusivity(unchecked) var timeout: LaneTimeout?
    private(set) var isQuiescing = false
    private(set) var isWritable = true
    /// The client has closed its side; the channel stays open for the answer.
    private(set) var isInputClosed = false
    @exclusivity(unchecked) private(set) var waiting: Deque<Arrival> = []
    private var isGoingOn = false
    private var readIsHeldBack = false
    private var hasReadPart = false
    /// Bytes of a head have arrived, but not all of it.
    private(set) var headIsArriving = false
    private var decoderStops = false
    private var fallbackIsInstalled = false
    private(set) var facts: ConnectionFacts?

    init(
        _ endpoint: BayeuxEndpoint,
        behind decoder: RequestDecoder,
        _ facts: ConnectionFacts? = nil,
        on eventLoop: any EventLoop,
        logger: Logger
    ) {
        self.endpoint = endpoint
        self.facts = facts
        self.logger = logger
        self.decoder = decoder
        self.decoderHandler = ByteToMessageHandler(decoder)
        self.timers = endpoint.server.timers(of: eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.settleTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.connectionLost()
        self.context = nil
    }

    /// What hooks learn of a request.
    func requestContext(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> HTTPRequestContext {
        HTTPRequestContext(head, over: self.connectionFacts(context))
    }

    /// Asked for when they are needed: a TLS handshake, if there is one, is over then.
    private func connectionFacts(_ context: ChannelHandlerContext) -> ConnectionFacts {
        let facts = self.facts ?? ConnectionFacts(of: context.channel)
        self.facts = facts
        return facts
    }

    private func isSecure(_ context: ChannelHandlerContext) -> Bool { self.connectionFacts(context).tls != nil }
}

// MARK: - Inbound

extension FastLane {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.hasReadPart = true
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.headIsArriving = false
            let request = IncomingRequest(head, at: self.endpoint, isSecure: self.isSecure(context))
            self.decoderStops = request.stopsDecoder
            // A WebSocket's bytes stay in the decoder until the pipeline is ready for them.
            if case .webSocket = request.route { self.decoderStops = false }
            self.take(.head(request))
        case .body(let bytes):
            self.take(.body(bytes))
        case .end(let trailers):
            if self.decoderStops { self.decoder.restart() }
            self.take(.end(trailers))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .idle = self.state, !self.hasReadPart { self.headIsArriving = true }
        self.hasReadPart = false
        self.settleTimer()
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.closedConnection, is ByteToMessageDecoderError:
            // Sent behind a request after which the connection is closed, or behind what was refused already.
            break
        case is HTTPParserError, is RequestDecoder.TargetTooLong:
            self.take(.broken(error))
            self.settleTimer()
        default:
            self.logger.debug("connection failed", metadata: ["error": "\(error)"])
            if self.fallbackIsInstalled { context.fireErrorCaught(error) }
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            // The fallback is not told: the lane closes the connection when the fallback has answered.
            self.isQuiescing = true
            self.closeIfIdle()
        case ChannelEvent.inputClosed:
            self.isInputClosed = true
            self.inputClosed()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connectionLost()
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        if self.isWritable { self.goOn() }
        self.settleTimer()
        context.fireChannelWritabilityChanged()
    }

    /// The client will send nothing more.
    func inputClosed() {
        guard let context = self.context else { return }
        switch self.state.inputClosed() {
        case .none:
            break
        case .forward:
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case .close:
            context.close(promise: nil)
        case .abort(let request, let session):
            session.heldRequestAborted(request)
            context.close(promise: nil)
        }
    }

    /// Closes the connection when the client has read its last answer.
    private func closeIfIdle() {
        guard let context = self.context, self.state.listenerStopped() == .close else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.lastAnswerWritten() }
        // Nothing, but behind all that is on its way.
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer()), promise: written)
        self.settleTimer()
    }

    private func connectionLost() {
        self.timers.cancel(self.timer)
        self.waiting.removeAll()
        if let (request, session) = self.state.connectionLost() { session.heldRequestAborted(request) }
    }
}

// MARK: - Order

extension FastLane {
    func read(context: ChannelHandlerContext) {
        if self.waiting.isEmpty && self.isWritable {
            context.read()
        } else {
            self.readIsHeldBack = true
        }
    }

    private func take(_ arrival: Arrival) {
        if self.waiting.isEmpty && !self.mustWait(arrival) {
            self.process(arrival)
        } else if self.waiting.count < Self.maxWaiting {
            self.waiting.append(arrival)
        } else {
            self.context?.close(promise: nil)
        }
    }

    /// The first to wait is a head or an error: all else belongs to the current request.
    private func mustWait(_ arrival: Arrival) -> Bool {
        switch arrival {
        case .head: !(self.state.takesHead && self.isWritable)
        case .broken: !self.state.takesError
        case .body, .end: false
        }
    }

    private func process(_ arrival: Arrival) {
        guard let context = self.context else { return }
        switch arrival {
        case .head(let request):
            self.perform(self.state.headReceived(request), context)
        case .body(let bytes):
            switch self.state.bodyReceived(bytes) {
            case .none: break
            case .forward(let bytes): context.fireChannelRead(self.wrapInboundOut(.body(bytes)))
            case .refuse(let form): self.refuse(.payloadTooLarge, form)
            }
        case .end(let trailers):
            switch self.state.endReceived() {
            case .none: break
            case .process(let request): self.serve(request, context)
            case .forward: context.fireChannelRead(self.wrapInboundOut(.end(trailers)))
            case .forwardAndGoOn:
                context.fireChannelRead(self.wrapInboundOut(.end(trailers)))
                self.timeout = nil
                if self.isQuiescing { self.closeIfIdle() }
            }
        case .broken(let error):
            switch self.state.inputBroke() {
            case .none: break
            case .forward: context.fireErrorCaught(error)
            case .refuse(let form): self.refuse(Self.status(of: error), form)
            }
        }
    }

    private func perform(_ action: LaneState.OnHead, _ context: ChannelHandlerContext) {
        switch action {
        case .none:
            break
        case .sendContinue:
            context.writeAndFlush(self.wrapOutboundOut(AnswerEncoder.continue), promise: nil)
        case .forward(let head):
            self.installFallback(context)
            context.fireChannelRead(self.wrapInboundOut(.head(head)))
        case .refuse(let status, let form):
            self.refuse(status, form)
        }
    }

    /// Takes up what waits for its turn.
    func goOn() {
        guard !self.isGoingOn else { return }
        self.isGoingOn = true
        defer { self.isGoingOn = false }
        let hasWaited = !self.waiting.isEmpty
        while let next = self.waiting.first, !self.mustWait(next) {
            self.process(self.waiting.removeFirst())
        }
        guard let context = self.context else { return }
        // The fallback hands over what it has read only then.
        if hasWaited && self.fallbackIsInstalled { context.fireChannelReadComplete() }
        if self.waiting.isEmpty && self.isWritable { self.letRead(context) }
    }

    /// Lets the channel read, if it wanted to and was held back.
    func letRead(_ context: ChannelHandlerContext) {
        guard self.readIsHeldBack else { return }
        self.readIsHeldBack = false
        context.read()
    }

    private static func status(of error: any Error) -> HTTPResponseStatus {
        switch error {
        case is RequestDecoder.TargetTooLong: .uriTooLong
        case HTTPParserError.headerOverflow: .requestHeaderFieldsTooLarge
        case HTTPParserError.invalidVersion: .httpVersionNotSupported
        default: .badRequest
        }
    }
}

// MARK: - Fallback

extension FastLane {
    private func installFallback(_ context: ChannelHandlerContext) {
        guard !self.fallbackIsInstalled else { return }
        self.fallbackIsInstalled = true
        do {
            try context.pipeline.syncOperations.addHandlers([HTTPResponseEncoder(), FallbackAnswers(of: self)])
            try self.endpoint.fallback.install(
                on: context.channel,
                isSecure: self.isSecure(context)
            )
        } catch {
            self.logger.error("the fallback cannot be installed", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    /// Whether the fallback's current answer is the connection's last.
    var fallbackCloses: Bool { self.isQuiescing || self.state.fallbackCloses }

    /// The fallback has written the end of an answer.
    ///
    /// - Parameter written: Completed when it has left; only given when the connection is closed after it.
    func fallbackAnswered(closingAfter written: EventLoopFuture<Void>? = nil) {
        switch self.state.fallbackAnswered(closes: written != nil) {
        case .none:
            break
        case .goOn:
            self.timeout = nil
            self.goOn()
        case .close:
            self.waiting.removeAll()
            written?.assumeIsolated().whenComplete { _ in self.lastAnswerWritten() }
        }
        self.settleTimer()
    }
}

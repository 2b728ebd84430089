import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import CometDServer
@testable import CometDServerNIO

/// The decisions of a connection, without one.
@Suite struct HTTPLaneStateTests {
    private let loop = EmbeddedEventLoop()
    private let server: BayeuxServer
    private let endpoint: BayeuxEndpoint

    init() {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        self.server = BayeuxServer(eventLoopGroup: self.loop, logger: logger)
        self.endpoint = BayeuxEndpoint(
            server: self.server,
            path: "/cometd",
            options: ListenerOptions(),
            fallback: NotFoundLane()
        )
    }

    private func request(_ path: String = "/cometd", _ headers: HTTPHeaders = ["Host": "a"]) -> IncomingRequest {
        IncomingRequest(
            HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers),
            at: self.endpoint,
            isSecure: false
        )
    }

    private func handedOver() -> LaneResponder {
        let decoder = RequestDecoder(maxHeaderSize: 8192)
        let lane = FastLane(self.endpoint, behind: decoder, on: self.loop, logger: Logger(label: "test"))
        return LaneResponder(.longPolling, on: lane, self.loop)
    }

    private var session: ServerSession {
        ServerSession(id: "x", shard: Shard(index: 0, eventLoop: self.loop), userAgent: nil, isLocal: false)
    }

    private static let form = AnswerForm(closes: false, isHTTP10: false, isHead: false)

    @Test func `a request is collected, answered and followed by the next`() {
        var state = LaneState.idle
        #expect(state.takesHead && state.takesError)
        guard case .none = state.headReceived(self.request()) else { return #expect(Bool(false)) }
        #expect(!state.takesHead && state.takesError)
        guard case .none = state.bodyReceived(ByteBuffer(string: "[")) else { return #expect(Bool(false)) }
        guard case .none = state.bodyReceived(ByteBuffer(string: "]")) else { return #expect(Bool(false)) }
        guard case .process(let request) = state.endReceived() else { return #expect(Bool(false)) }
        #expect(request.body == ByteBuffer(string: "[]"))
        #expect(!state.takesHead && !state.takesError)
        let handedOver = self.handedOver()
        state.handedOver(handedOver)
        #expect(state.requestAnswered(handedOver, isQuiescing: false) == Self.form)
        guard case .idle = state else { return #expect(Bool(false)) }
    }

    @Test func `an answer to another request is dropped, in every state`() {
        let (current, other) = (self.handedOver(), self.handedOver())
        let states: [LaneState] = [
            .idle, .collecting(self.request()), .answering(Self.form, nil), .answering(Self.form, current),
            .held(Self.form, current, by: self.session), .fallback(.init(closes: false)),
            .closing(.writing(lingers: true)), .closing(.written), .gone,
        ]
        for before in states {
            var state = before
            #expect(state.requestAnswered(other, isQuiescing: true) == nil)
            #expect("\(state)" == "\(before)")
            guard case .abort = state.requestHeld(other, by: self.session) else { return #expect(Bool(false)) }
            #expect("\(state)" == "\(before)")
        }
    }

    @Test func `a session that holds a request is told when the connection is lost`() {
        let current = self.handedOver()
        var state = LaneState.answering(Self.form, current)
        guard case .none = state.requestHeld(current, by: self.session) else { return #expect(Bool(false)) }
        #expect(state.connectionLost()?.0 === current)
        #expect(state.connectionLost() == nil)
        guard case .abort = state.requestHeld(current, by: self.session) else { return #expect(Bool(false)) }

        state = .held(Self.form, current, by: self.session)
        guard case .abort(let request, _) = state.inputClosed() else { return #expect(Bool(false)) }
        #expect(request === current)
        #expect(state.connectionLost() == nil)
    }

    @Test func `the last answer closes the connection`() {
        for (closes, isQuiescing, lingers) in [(true, false, false), (true, true, false), (false, true, true)] {
            var state = LaneState.answering(AnswerForm(closes: closes, isHTTP10: false, isHead: false), nil)
            #expect(state.requestAnswered(nil, isQuiescing: isQuiescing)?.closes == true)
            #expect(state.lastAnswerWritten() == (lingers ? .linger : .close))
            #expect(state.lastAnswerWritten() == .none)
            guard case .close = state.inputClosed() else { return #expect(Bool(false)) }
        }
    }

    @Test func `a client that closes its side before the last answer is written is not waited for`() {
        var state = LaneState.closing(.writing(lingers: true))
        guard case .none = state.inputClosed() else { return #expect(Bool(false)) }
        #expect(state.lastAnswerWritten() == .close)
    }

    @Test func `a request of the fallback ends when it is read and answered`() {
        var state = LaneState.idle
        guard case .forward = state.headReceived(self.request("/else")) else { return #expect(Bool(false)) }
        #expect(state.takesError)
        guard case .forward = state.endReceived() else { return #expect(Bool(false)) }
        #expect(!state.takesHead && !state.takesError)
        #expect(state.fallbackAnswered(closes: false) == .goOn)
        #expect(state.takesHead)

        _ = state.headReceived(self.request("/else"))
        #expect(state.fallbackAnswered(closes: false) == .none)
        guard case .forwardAndGoOn = state.endReceived() else { return #expect(Bool(false)) }
        #expect(state.takesHead)

        _ = state.headReceived(self.request("/else"))
        #expect(state.fallbackAnswered(closes: true) == .close)
        #expect(state.lastAnswerWritten() == .linger)
    }

    @Test func `nothing is done on a connection that is being closed`() {
        for before in [LaneState.closing(.writing(lingers: true)), .closing(.written), .gone] {
            var state = before
            guard case .none = state.headReceived(self.request()), case .none = state.bodyReceived(ByteBuffer()),
                case .none = state.endReceived(), case .none = state.inputBroke()
            else { return #expect(Bool(false)) }
            #expect(state.fallbackAnswered(closes: true) == .none)
            #expect(state.listenerStopped() == .none)
            #expect("\(state)" == "\(before)")
        }
    }
}

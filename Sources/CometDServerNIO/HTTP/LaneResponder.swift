import CometDServer
import NIOCore

/// One request that the engine has, and the way back for its answer.
///
/// The engine may call from any event loop; the lane hears of it on its own.
final class LaneResponder: RequestResponder {
    let transport: HTTPTransport
    private let lane: NIOLoopBound<any RequestLane>

    /// Made on the lane's event loop.
    init(_ transport: HTTPTransport, on lane: any RequestLane, _ eventLoop: any EventLoop) {
        self.transport = transport
        self.lane = NIOLoopBound(lane, eventLoop: eventLoop)
    }

    func respond(_ answer: RequestAnswer) {
        if self.lane.eventLoop.inEventLoop {
            self.lane.value.answer(self, with: answer)
        } else {
            self.lane.eventLoop.execute { self.lane.value.answer(self, with: answer) }
        }
    }

    func held(by session: ServerSession) {
        if self.lane.eventLoop.inEventLoop {
            self.lane.value.hold(self, by: session)
        } else {
            self.lane.eventLoop.execute { self.lane.value.hold(self, by: session) }
        }
    }
}

import CometDServer
import NIOCore
import NIOHTTP1

// One timer for each connection, set for whatever it waits for.
extension FastLane {
    /// Sets the timer for what the connection waits for now; one that is set for just that runs on.
    func settleTimer() {
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
        case .closing(.writing): .write
        case .closing(.written): .linger
        case .gone: nil
        case .idle where self.isWritable: self.headIsArriving ? .request : .idle
        case .collecting where self.isWritable: .request
        case .answering where self.isWritable, .held where self.isWritable, .fallback where self.isWritable: nil
        case .idle, .collecting, .answering, .held, .fallback: .write
        }
    }

    func timeoutReached() {
        guard let timeout = self.timeout, let context = self.context else { return }
        self.timeout = nil
        switch timeout {
        case .idle, .write, .linger:
            context.close(promise: nil)
        case .request:
            switch self.state.inputBroke() {
            case .none, .forward: break
            case .refuse(let form): self.refuse(.requestTimeout, form)
            }
            self.settleTimer()
        }
    }
}

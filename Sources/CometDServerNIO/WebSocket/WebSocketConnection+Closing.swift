import CometDServer
import NIOCore

// How a connection ends. One close frame is sent, and nothing after it.
extension WebSocketConnection {
    package func close(code: UInt16, reason: String) {
        // The peer's answer, or the timer, closes the channel.
        self.sendClose(code: code, reason: reason)
    }

    /// Answers the peer's close frame with the same code and closes the channel.
    func answerClose(_ code: UInt16?) {
        guard let context = self.sendClose(code: code, reason: "") else { return }
        self.closeChannelWhenWritten(context)
    }

    /// Closes the connection of a peer that broke the rules: nothing that it sends is looked at any more.
    func fail(_ closeCode: UInt16) {
        guard let context = self.sendClose(code: closeCode, reason: "") else { return }
        // The peer sees the end at once, and its own end follows. Closing both ways while it still sends would reset the
        // connection, and the close frame could be lost.
        context.close(mode: .output, promise: nil)
    }

    /// Closes the channel when all that was written has left.
    func closeChannelWhenWritten(_ context: ChannelHandlerContext) {
        let written = self.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        context.writeAndFlush(NIOAny(ByteBuffer()), promise: written)
    }

    /// - Returns: The place in the pipeline; `nil` when a close frame had been sent before, or the channel has ended.
    @discardableResult
    private func sendClose(code: UInt16?, reason: String) -> ChannelHandlerContext? {
        guard case .open(let context, let link) = self.state else { return nil }
        // What was answered before goes first.
        if self.isReading { self.writeAnswers(WebSocketScratch.current) }
        self.state = .closing(context, link)
        // What comes now waits for another connection of the session.
        link.isWritable = false
        self.socket.forget()
        self.setTimer(in: Self.closeTimeout)
        var frame = ByteBuffer()
        frame.writeWebSocketClose(code: code, reason: reason)
        context.writeAndFlush(NIOAny(frame), promise: nil)
        self.resumeSoon()
        return context
    }
}

// MARK: - Timer

extension WebSocketConnection {
    /// How many times the timer fires in one idle timeout: so a frame costs no more than setting a flag, and a silent
    /// connection is closed after one timeout to one and a quarter.
    private static let periods: UInt8 = 4

    private var idlePeriod: TimeAmount? {
        let timeout = TimeAmount(self.server.options.webSocket.idleTimeout)
        return timeout > .zero ? .nanoseconds(max(1, timeout.nanoseconds / Int64(Self.periods))) : nil
    }

    func startIdleTimer() {
        if let period = self.idlePeriod { self.setTimer(in: period) }
    }

    func stopTimer() {
        guard let timer = self.timer else { return }
        self.timers?.cancel(timer)
        self.timer = nil
    }

    private func setTimer(in amount: TimeAmount) {
        let timer = self.timer ?? TimerWheel.Timer { [unowned self] _ in self.timerFired() }
        self.timer = timer
        let timers = self.timers ?? self.server.timers(of: self.eventLoop)
        self.timers = timers
        timers.set(timer, in: amount)
    }

    private func timerFired() {
        switch self.state {
        case .open:
            self.quietPeriods = self.wasActive ? 0 : self.quietPeriods + 1
            self.wasActive = false
            if self.quietPeriods < Self.periods {
                self.startIdleTimer()
            } else {
                self.close(code: WebSocketCloseCode.goingAway, reason: "Idle Timeout")
            }
        // The peer does not finish the closing handshake.
        case .closing(let context, _): context.close(promise: nil)
        case .new, .ended: break
        }
    }
}

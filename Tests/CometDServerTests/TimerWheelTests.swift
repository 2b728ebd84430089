import CometDServer
import NIOCore
import NIOEmbedded
import Testing

@Suite struct TimerWheelTests {
    private let eventLoop = EmbeddedEventLoop()

    @Test(arguments: [0, 1, 15, 16, 17, 1000, 65_535, 65_536, 70_000, 200_000])
    func `a timer fires at its deadline or up to one slot later, once`(milliseconds: Int64) {
        let wheel = TimerWheel(on: self.eventLoop)
        var firings: [NIODeadline] = []
        let timer = TimerWheel.Timer { firings.append($0) }
        let start = self.eventLoop.now
        wheel.set(timer, in: .milliseconds(milliseconds))
        #expect(timer.isSet)
        self.eventLoop.advanceTime(by: .milliseconds(milliseconds) - .nanoseconds(1))
        #expect(firings.isEmpty)
        self.eventLoop.advanceTime(by: .milliseconds(33))
        #expect(firings.count == 1)
        #expect(!timer.isSet)
        self.eventLoop.advanceTime(by: .seconds(300))
        #expect(firings.count == 1)
        #expect(firings.allSatisfy { $0 >= start + .milliseconds(milliseconds) })
    }

    @Test func `a timer that is moved fires at its new deadline only`() {
        let wheel = TimerWheel(on: self.eventLoop)
        var count = 0
        let timer = TimerWheel.Timer { _ in count += 1 }
        wheel.set(timer, in: .seconds(1))
        self.eventLoop.advanceTime(by: .milliseconds(900))
        wheel.set(timer, in: .seconds(10))
        self.eventLoop.advanceTime(by: .seconds(9))
        #expect(count == 0)
        wheel.set(timer, in: .milliseconds(100))
        self.eventLoop.advanceTime(by: .milliseconds(200))
        #expect(count == 1)
        self.eventLoop.advanceTime(by: .seconds(20))
        #expect(count == 1)
    }

    @Test func `one that is cancelled by another's action does not fire any more`() {
        let wheel = TimerWheel(on: self.eventLoop)
        var fired: [Int] = []
        var timers: [TimerWheel.Timer] = []
        for number in 0..<3 {
            timers.append(
                TimerWheel.Timer { _ in
                    fired.append(number)
                    for timer in timers { wheel.cancel(timer) }
                }
            )
        }
        for timer in timers { wheel.set(timer, in: .milliseconds(5)) }
        self.eventLoop.advanceTime(by: .seconds(1))
        #expect(fired.count == 1)
    }

    @Test func `a timer may be set again by its own action`() {
        let wheel = TimerWheel(on: self.eventLoop)
        var count = 0
        var timer: TimerWheel.Timer?
        timer = TimerWheel.Timer { _ in
            count += 1
            if let timer, count < 5 { wheel.set(timer, in: .milliseconds(50)) }
        }
        if let timer { wheel.set(timer, in: .milliseconds(50)) }
        self.eventLoop.advanceTime(by: .seconds(10))
        #expect(count == 5)
    }

    @Test func `thousands of timers in random order fire in time`() {
        let wheel = TimerWheel(on: self.eventLoop)
        var early = 0
        var fired = 0
        var timers: [TimerWheel.Timer] = []
        for number in 0..<5000 {
            let deadline = self.eventLoop.now + .milliseconds(Int64(number * 7919 % 100_000))
            let timer = TimerWheel.Timer { now in
                fired += 1
                if now < deadline { early += 1 }
            }
            wheel.set(timer, at: deadline)
            timers.append(timer)
        }
        for timer in timers where timer.deadline.uptimeNanoseconds % 3 == 0 { wheel.cancel(timer) }
        let remaining = timers.filter(\.isSet).count
        self.eventLoop.advanceTime(by: .seconds(101))
        #expect(fired == remaining)
        #expect(early == 0)
    }
}

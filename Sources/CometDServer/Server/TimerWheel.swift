package import NIOCore

/// The timers of one event loop: setting, moving and cancelling one costs a few pointer writes.
///
/// A ring of slots of 16 ms; a timer lies in the slot of its deadline, or goes round again when that is more than one
/// turn away. One task of the event loop wakes the wheel, at the earliest slot that is in use. Timers fire at their
/// deadline or up to one slot later, never earlier. Confined to its event loop.
package final class TimerWheel {
    private static let slotCount = 4096
    private static let slotLength = TimeAmount.milliseconds(16)

    private let eventLoop: any EventLoop
    /// The first timer of each slot.
    private var slots: [Timer?]
    /// The number of the slot that was turned last, counted from the start of the event loop's clock.
    private var turned: Int64
    private var timerCount = 0
    private let handle = Handle()
    /// The slot for which the event loop will wake the wheel.
    private var wakeUp: (slot: Int64, task: Scheduled<Void>)?

    /// Makes a wheel that no timer is in.
    package init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.slots = Array(repeating: nil, count: Self.slotCount)
        self.turned = Self.slot(of: eventLoop.now)
        self.handle.wheel = self
    }

    deinit {
        self.handle.wheel = nil
        // One by one: a long chain of references would be released recursively.
        for index in self.slots.indices {
            var next = self.slots[index].take()
            while let timer = next {
                next = timer.next.take()
                // One that outlives the wheel may be set on another.
                timer.previous = nil
                timer.slot = nil
            }
        }
    }

    /// The time on the event loop's clock.
    package var now: NIODeadline { self.eventLoop.now }

    /// Sets a timer, or moves it when it is set already.
    package func set(_ timer: Timer, at deadline: NIODeadline) {
        timer.deadline = deadline
        let slot = max(Self.slot(of: deadline) + 1, self.turned + 1)
        guard timer.slot != slot else { return }
        self.unlink(timer)
        self.link(timer, into: slot)
        self.wake(atOrBefore: min(slot, self.turned + Int64(Self.slotCount)))
    }

    /// Sets a timer, or moves it when it is set already.
    package func set(_ timer: Timer, in amount: TimeAmount) {
        self.set(timer, at: self.now + amount)
    }

    /// Takes a timer out; nothing happens when it is not set.
    package func cancel(_ timer: Timer) {
        self.unlink(timer)
    }

    private static func slot(of deadline: NIODeadline) -> Int64 {
        // The deadline's nanoseconds fit: they count from the start of the machine.
        Int64(clamping: deadline.uptimeNanoseconds) / self.slotLength.nanoseconds
    }

    private func link(_ timer: Timer, into slot: Int64) {
        let index = Int(slot) & (Self.slotCount - 1)
        timer.slot = slot
        timer.next = self.slots[index]
        timer.previous = nil
        self.slots[index]?.previous = timer
        self.slots[index] = timer
        self.timerCount += 1
    }

    private func unlink(_ timer: Timer) {
        timer.isDue = false
        guard let slot = timer.slot else { return }
        if let previous = timer.previous {
            previous.next = timer.next
        } else {
            self.slots[Int(slot) & (Self.slotCount - 1)] = timer.next
        }
        timer.next?.previous = timer.previous
        timer.next = nil
        timer.previous = nil
        timer.slot = nil
        self.timerCount -= 1
    }

    private func wake(atOrBefore slot: Int64) {
        if let wakeUp = self.wakeUp {
            guard slot < wakeUp.slot else { return }
            wakeUp.task.cancel()
        }
        let handle = NIOLoopBound(self.handle, eventLoop: self.eventLoop)
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(slot) * UInt64(Self.slotLength.nanoseconds))
        self.wakeUp = (slot, self.eventLoop.scheduleTask(deadline: deadline) { handle.value.wheel?.turn() })
    }

    /// Fires what is due and sleeps until the next slot in use.
    private func turn() {
        self.wakeUp = nil
        let now = self.now
        let current = Self.slot(of: now)
        var due: [Timer] = []
        // After a long sleep every slot is passed once; more turns would find nothing new.
        for slot in max(self.turned + 1, current - Int64(Self.slotCount) + 1)...max(current, self.turned + 1) {
            guard slot <= current else { break }
            var next = self.slots[Int(slot) & (Self.slotCount - 1)]
            while let timer = next {
                next = timer.next
                if timer.deadline <= now {
                    self.unlink(timer)
                    timer.isDue = true
                    due.append(timer)
                }
            }
        }
        self.turned = max(self.turned, current)
        // One that is cancelled or moved by another's action no longer fires.
        for timer in due where timer.isDue {
            timer.isDue = false
            timer.fire(now)
        }
        self.sleep()
    }

    private func sleep() {
        guard self.timerCount > 0 else { return }
        for slot in (self.turned + 1)...(self.turned + Int64(Self.slotCount))
        where self.slots[Int(slot) & (Self.slotCount - 1)] != nil {
            self.wake(atOrBefore: slot)
            return
        }
    }
}

extension TimerWheel {
    /// What the event loop's task holds: the owners of timers end with the wheel, so that it must not outlive them.
    ///
    /// A weak reference would do the same, and make every use of the wheel slower.
    private final class Handle {
        /// Taken out by the wheel's end, so that it never dangles.
        unowned(unsafe) var wheel: TimerWheel?
    }

    /// One deadline that can be set again and again.
    ///
    /// Confined to its wheel's event loop.
    package final class Timer {
        fileprivate(set) package var deadline = NIODeadline.distantFuture
        fileprivate var slot: Int64?
        fileprivate var next: Timer?
        /// Never dangles: a slot holds its timers, and unlinking one mends its neighbours.
        fileprivate unowned(unsafe) var previous: Timer?
        /// Whether the wheel is about to fire it.
        fileprivate var isDue = false
        private let action: (NIODeadline) -> Void

        /// Makes a timer that is not set.
        ///
        /// - Parameter action: Called with the time at which the timer fires; holds its owner weakly or unowned.
        package init(_ action: @escaping (NIODeadline) -> Void) {
            self.action = action
        }

        /// Whether the timer is set.
        package var isSet: Bool { self.slot != nil }

        fileprivate func fire(_ now: NIODeadline) { self.action(now) }
    }
}

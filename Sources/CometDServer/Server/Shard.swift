package import NIOCore
import Synchronization

/// One event loop's share of the server: a `Sendable` handle to the ``ShardState`` that is confined to the loop.
///
/// Every session lives on one shard for its whole life, and whatever concerns it is done there.
package final class Shard: Sendable {
    /// The shard's number, counted from zero; part of its sessions' ids.
    let index: Int
    /// The event loop that the shard's state is confined to.
    package let eventLoop: any EventLoop
    /// Runs asynchronous hooks on the event loop.
    let executor: EventLoopTaskExecutor
    /// How many messages other shards have handed over that this one has not fanned out yet.
    let handedOver = Atomic<Int>(0)
    private let box: NIOLoopBoundBox<ShardState?>

    init(index: Int, eventLoop: any EventLoop) {
        self.index = index
        self.eventLoop = eventLoop
        self.executor = EventLoopTaskExecutor(eventLoop)
        self.box = NIOLoopBoundBox.makeEmptyBox(valueType: ShardState.self, eventLoop: eventLoop)
    }

    /// Makes the shard's state, on its loop, before anything else can ask for it.
    func start(with core: ServerCore) {
        self.onLoop { self.box.value = ShardState(self, core: core) }
    }

    /// Lets go of the state, and with it of everything that refers back to the shard.
    func stop() {
        self.onLoop {
            self.box.value?.clear()
            self.box.value = nil
        }
    }

    /// The shard's state; only on its event loop.
    ///
    /// `nil` when the server has gone.
    var state: ShardState? { self.box.value }

    /// Does something with the state: straight away when called on the loop, else as soon as the loop gets to it.
    ///
    /// Nothing is done when the server has gone.
    func perform(_ body: @escaping @Sendable (ShardState) -> Void) {
        self.onLoop {
            if let state = self.box.value { body(state) }
        }
    }

    /// Does something with the state, or something else when the server has gone.
    func performOrElse(
        _ otherwise: @escaping @Sendable () -> Void,
        body: @escaping @Sendable (ShardState) -> Void
    ) {
        self.onLoop {
            if let state = self.box.value { body(state) } else { otherwise() }
        }
    }

    /// Does something with the state and gives back what came of it; `nil` when the server has gone.
    func compute<Value: Sendable>(_ body: @escaping @Sendable (ShardState) -> Value) async -> Value? {
        if self.eventLoop.inEventLoop { return self.box.value.map(body) }
        return try? await self.eventLoop.submit { self.box.value.map(body) }.get()
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if self.eventLoop.inEventLoop { body() } else { self.eventLoop.execute(body) }
    }
}

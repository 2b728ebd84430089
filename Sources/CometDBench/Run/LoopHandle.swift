import NIOCore

/// A load generator's event loop, as other threads see it.
struct LoopHandle: Sendable {
    private let bound: NIOLoopBound<LoadLoop>

    /// - Parameter loop: The loop; the caller is on it.
    init(_ loop: LoadLoop) {
        self.bound = NIOLoopBound(loop, eventLoop: loop.eventLoop)
    }

    /// Does something on the loop, and waits for what comes of it.
    func submit<Value: Sendable>(_ body: @escaping @Sendable (LoadLoop) throws -> Value) async throws -> Value {
        try await self.bound.eventLoop.submit { try body(self.bound.value) }.get()
    }

    /// Does something on the loop, and waits for what it promises.
    func wait(_ body: @escaping @Sendable (LoadLoop) -> EventLoopFuture<Void>) async throws {
        try await self.bound.eventLoop.flatSubmit { body(self.bound.value) }.get()
    }

    /// Does something on the loop, soon.
    func execute(_ body: @escaping @Sendable (LoadLoop) -> Void) {
        self.bound.eventLoop.execute { body(self.bound.value) }
    }
}

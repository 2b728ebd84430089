import Bayeux
import CometDServer
import CometDTestKit
import CometDServices
import NIOCore
import NIOPosix
import Testing

/// Lets those who wait go on when the test says so.
private actor Gate {
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isOpen = false

    func wait() async {
        guard !self.isOpen else { return }
        await withCheckedContinuation { self.waiting.append($0) }
    }

    func open() {
        self.isOpen = true
        for waiter in self.waiting { waiter.resume() }
        self.waiting = []
    }
}

@Service
private actor SlowService {
    private let gate: Gate

    init(_ gate: Gate) { self.gate = gate }

    @RemoteCall("slow")
    func slow(data: String) async -> String {
        await self.gate.wait()
        return data
    }

    @RemoteCall("fast")
    func fast(data: String) async -> String {
        await self.gate.open()
        return data
    }
}

/// Services on real event loops.
@Suite struct LiveServiceTests {
    @Test func `calls run beside each other, and answers find their callers`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = BayeuxServer(options: .patient, eventLoopGroup: group)
        let registration = try await server.register(SlowService(Gate()))
        let session = try await server.makeLocalSession("caller")
        // The slow call is answered only when the fast one, which comes later, has run.
        async let slow = session.call("slow", with: JSONBytes(.string("slow")))
        let fast = try await session.call("fast", with: JSONBytes(.string("fast")))
        #expect(fast.data?.stringValue == "fast")
        #expect(try await slow.data?.stringValue == "slow")
        await registration.deregister()
        await server.shutdown()
        try await group.shutdownGracefully()
    }
}

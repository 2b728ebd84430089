import Bayeux
import CometDServer
import CometDTestKit
import Synchronization
import Testing

/// How much may wait for a session, and what is done beyond it.
@Suite struct QueueLimitTests {
    /// A server with one subscriber over long-polling that does not connect, and a way to publish to it.
    private struct Scene {
        let test: TestServer
        let peer: LongPollingPeer
        let channel: ServerChannel
        let record = Record()

        init(_ change: (inout TransportOptions) -> Void) throws {
            var options = ServerOptions()
            change(&options.longPolling.common)
            change(&options.webSocket.common)
            self.test = TestServer(options: options)
            self.channel = try self.test.server.channel("/a")
            let record = self.record
            self.test.server.addListener(.sessionRemoved { _, _, reason in record.add("\(reason)") })
            self.peer = LongPollingPeer(self.test)
            self.peer.subscribe("/a")
        }

        var session: ServerSession {
            get async throws { try #require(await self.test.server.session(self.peer.clientID)) }
        }

        /// Publishes numbers, padded so that each message has about as many bytes as said.
        func publish(_ numbers: ClosedRange<Int>, bytes: Int = 0) throws {
            for number in numbers {
                let ballast = String(repeating: "x", count: max(0, bytes - 40))
                self.channel.publish(try JSONBytes(#"{"n":\#(number),"x":"\#(ballast)"}"#))
            }
            self.test.settle()
        }

        /// The numbers that the next connect brings.
        func numbers() -> [Int?] { Self.numbers(self.peer.connect(#","advice":{"timeout":0}"#).messages) }

        static func numbers(_ messages: [TestMessage]) -> [Int?] {
            messages.filter { $0["channel"] == "/a" }.map { $0.json["data"]?["n"]?.intValue }
        }
    }

    @Test func `by default a queue has a limit, and a session beyond it ends`() throws {
        let scene = try Scene { _ in }
        #expect(TransportOptions().maxQueueBytes == 16 << 20)
        #expect(TransportOptions().queuePolicy == .disconnect)
        try scene.publish(1...15, bytes: 1 << 20)
        #expect(scene.record.take() == [])
        try scene.publish(16...17, bytes: 1 << 20)
        #expect(scene.record.take() == ["queueOverflow"])
        #expect(scene.peer.connect().messages.first?["error"] == "402::Unknown client")
    }

    @Test(arguments: [
        (QueuePolicy.dropOldest, [3, 4, 5]), (.dropNewest, [1, 2, 3]), (.disconnect, []),
    ])
    func `beyond maxQueue the policy is followed`(policy: QueuePolicy, kept: [Int]) throws {
        let scene = try Scene {
            $0.maxQueue = 3
            $0.queuePolicy = policy
        }
        try scene.publish(1...3)
        #expect(scene.record.take() == [])
        try scene.publish(4...5)
        #expect(scene.record.take() == (policy == .disconnect ? ["queueOverflow"] : []))
        #expect(scene.numbers() == kept)
    }

    @Test(arguments: [
        (QueuePolicy.dropOldest, [3, 4]), (.dropNewest, [1, 2]), (.disconnect, []),
    ])
    func `beyond maxQueueBytes the policy is followed`(policy: QueuePolicy, kept: [Int]) throws {
        let scene = try Scene {
            $0.maxQueueBytes = 2500
            $0.queuePolicy = policy
        }
        try scene.publish(1...2, bytes: 1000)
        #expect(scene.record.take() == [])
        try scene.publish(3...4, bytes: 1000)
        #expect(scene.record.take() == (policy == .disconnect ? ["queueOverflow"] : []))
        #expect(scene.numbers() == kept)
    }

    @Test(arguments: [QueuePolicy.dropOldest, .dropNewest])
    func `a message larger than the whole limit is dropped and drives out no others`(policy: QueuePolicy) throws {
        let scene = try Scene {
            $0.maxQueueBytes = 2500
            $0.queuePolicy = policy
        }
        try scene.publish(1...2, bytes: 500)
        try scene.publish(3...3, bytes: 3000)
        try scene.publish(4...4, bytes: 500)
        #expect(scene.numbers() == [1, 2, 4])
    }

    @Test func `a message larger than the whole limit ends the session when that is the policy`() throws {
        let scene = try Scene { $0.maxQueueBytes = 2500 }
        try scene.publish(1...1, bytes: 3000)
        #expect(scene.record.take() == ["queueOverflow"])
    }

    @Test(arguments: [QueuePolicy.dropOldest, .dropNewest])
    func `with maxQueue of zero nothing waits`(policy: QueuePolicy) throws {
        let scene = try Scene {
            $0.maxQueue = 0
            $0.queuePolicy = policy
        }
        try scene.publish(1...3)
        #expect(scene.numbers() == [])
        #expect(scene.peer.connect().status == nil)
    }

    @Test func `a larger message drives out as many as it needs room for`() throws {
        let scene = try Scene {
            $0.maxQueueBytes = 2500
            $0.queuePolicy = .dropOldest
        }
        try scene.publish(1...4, bytes: 500)
        try scene.publish(5...5, bytes: 1400)
        #expect(scene.numbers() == [3, 4, 5])
    }

    @Test func `what has been taken makes room again`() throws {
        let scene = try Scene { $0.maxQueue = 3 }
        for round in 0..<4 {
            try scene.publish(round * 3 + 1...round * 3 + 3)
            #expect(scene.numbers() == [round * 3 + 1, round * 3 + 2, round * 3 + 3])
        }
        #expect(scene.record.take() == [])
    }

    @Test func `a held connect of a session that overflows is answered with the advice to stay away`() async throws {
        let scene = try Scene { $0.maxQueue = 3 }
        let held = scene.peer.connect()
        let session = try await scene.session
        session.startBatch()
        try scene.publish(1...4)
        #expect(scene.record.take() == ["queueOverflow"])
        #expect(held.messages.map { $0["advice"] } == [#"{"reconnect":"none"}"#])
    }

    @Test(arguments: [QueuePolicy.dropOldest, .dropNewest, .disconnect])
    func `a WebSocket that does not read stays within its limits, and others get everything`(
        policy: QueuePolicy
    ) throws {
        let scene = try Scene {
            $0.maxQueue = 10
            $0.queuePolicy = policy
        }
        let (slow, healthy) = (scene.test.openWebSocket(), scene.test.openWebSocket())
        for socket in [slow, healthy] { socket.subscribe(socket.handshakeAndConnect(), to: "/a") }
        slow.isReading = false
        var received: [Int?] = []
        for number in 1...100 {
            try scene.publish(number...number)
            received += Scene.numbers(healthy.takeMessages())
        }
        #expect(received == Array(1...100))
        #expect(slow.closeCode == (policy == .disconnect ? 1008 : nil))
        slow.isReading = true
        scene.test.settle()
        let kept = Scene.numbers(slow.takeMessages())
        switch policy {
        case .dropOldest: #expect(kept == Array(91...100))
        case .dropNewest: #expect(kept == Array(1...10))
        case .disconnect: #expect(kept == [])
        }
    }
}

// MARK: - Listeners that decide

extension QueueLimitTests {
    @Test(arguments: [
        (QueueOverflow.Decision.keep, [1, 2, 3, 4, 5]), (.dropNewest, [1, 2, 3]), (.dropOldest, [3, 4, 5]),
        (.disconnect, []),
    ])
    func `a listener decides instead of the policy`(decision: QueueOverflow.Decision, kept: [Int]) async throws {
        let scene = try Scene {
            $0.maxQueue = 3
            $0.queuePolicy = decision == .disconnect ? .dropNewest : .disconnect
        }
        try await scene.session.addListener(.queueMaxed { _, _ in decision })
        try scene.publish(1...5)
        #expect(scene.record.take() == (decision == .disconnect ? ["queueOverflow"] : []))
        #expect(scene.numbers() == kept)
    }

    @Test func `keeping everything ends at four times the limit in bytes`() async throws {
        let scene = try Scene {
            $0.maxQueue = 1
            $0.maxQueueBytes = 1000
            $0.queuePolicy = .dropNewest
        }
        try await scene.session.addListener(.queueMaxed { _, _ in .keep })
        try scene.publish(1...7, bytes: 500)
        #expect(scene.record.take() == [])
        try scene.publish(8...9, bytes: 500)
        #expect(scene.record.take() == ["queueOverflow"])
    }

    @Test func `a listener that wants the oldest dropped for a message that never fits loses that one only`()
        async throws
    {
        let scene = try Scene { $0.maxQueueBytes = 1000 }
        try await scene.session.addListener(.queueMaxed { _, _ in .dropOldest })
        try scene.publish(1...1, bytes: 500)
        try scene.publish(2...2, bytes: 2000)
        #expect(scene.numbers() == [1])
    }

    @Test func `a listener is told the message, its sender and how much waits with it`() async throws {
        let scene = try Scene { $0.maxQueue = 2 }
        let record = scene.record
        let session = try await scene.session
        session.addListener(
            .queueMaxed { session, overflow in
                let data = overflow.message.data.map { "\($0)" } ?? ""
                record.add("\(session.id) \(overflow.sender?.id ?? "server") \(overflow.count) \(data)")
                record.add("\(overflow.byteCount)")
                return .dropNewest
            }
        )
        let publisher = LongPollingPeer(scene.test)
        for number in 1...3 { publisher.publish("/a", data: "\(number)") }
        scene.channel.publish(4)
        scene.test.settle()
        let bytes = #"{"channel":"/a","data":1}"#.utf8.count * 3
        #expect(
            record.take() == [
                "\(session.id) \(publisher.clientID) 3 3", "\(bytes)", "\(session.id) server 3 4", "\(bytes)",
            ]
        )
    }

    @Test func `a listener that delivers while it decides does not ask itself`() async throws {
        let scene = try Scene { $0.maxQueue = 1 }
        let record = scene.record
        try await scene.session.addListener(
            .queueMaxed { session, _ in
                record.add("asked")
                session.deliver(9, on: "/lost")
                return .dropOldest
            }
        )
        try scene.publish(1...2)
        #expect(record.take() == ["asked"])
        #expect(scene.numbers() == [2])
        try scene.publish(3...4)
        #expect(record.take() == ["asked"])
    }

    @Test func `a listener that ends the session while it decides does no harm`() async throws {
        for decision in [QueueOverflow.Decision.keep, .disconnect, .dropOldest] {
            let scene = try Scene { $0.maxQueue = 1 }
            try await scene.session.addListener(
                .queueMaxed { session, _ in
                    session.disconnect()
                    return decision
                }
            )
            try scene.publish(1...3)
            #expect(scene.record.take() == ["disconnected"])
            #expect(scene.test.server.sessionCount == 0)
        }
    }

    @Test func `of several listeners the last one decides, and one that is removed no longer`() async throws {
        let scene = try Scene {
            $0.maxQueue = 1
            $0.queuePolicy = .dropNewest
        }
        let session = try await scene.session
        session.addListener(.queueMaxed { _, _ in .disconnect })
        let token = session.addListener(.queueMaxed { _, _ in .dropOldest })
        try scene.publish(1...2)
        #expect(scene.numbers() == [2])
        session.removeListener(token)
        try scene.publish(3...4)
        #expect(scene.record.take() == ["queueOverflow"])
    }

    @Test(arguments: [
        (QueuePolicy.dropOldest, [4, 5, 6]), (.dropNewest, [1, 2, 3]), (.disconnect, []),
    ])
    func `what waits for a slow listener of the session is limited as the queue is`(
        policy: QueuePolicy,
        kept: [Int]
    ) async throws {
        let gate = Gate()
        let scene = try Scene {
            $0.maxQueue = 3
            $0.queuePolicy = policy
        }
        try await scene.session.addListener(
            .message { _, _, message in
                if message.data?["n"]?.intValue == 1 { await gate.wait() }
                return true
            }
        )
        try scene.publish(1...4)
        #expect(scene.record.take() == [])
        try scene.publish(5...6)
        #expect(scene.record.take() == (policy == .disconnect ? ["queueOverflow"] : []))
        gate.open()
        scene.test.settle()
        #expect(scene.numbers() == kept)
    }

    @Test func `a listener that decides is asked about what waits for a slow listener, too`() async throws {
        let gate = Gate()
        let scene = try Scene { $0.maxQueue = 1 }
        let session = try await scene.session
        session.addListener(
            .message { _, _, _ in
                await gate.wait()
                return true
            }
        )
        session.addListener(.queueMaxed { _, _ in .keep })
        try scene.publish(1...4)
        for _ in 1...4 {
            gate.open()
            scene.test.settle()
        }
        #expect(scene.numbers() == [1, 2, 3, 4])
    }
}

import Bayeux
import CometDClient
import CometDClientNIO
import CometDServer
import CometDTestKit
import Testing

private let transports: [ConnectionType] = [.webSocket, .longPolling]

/// Tells of each connect that comes to a server.
private struct ConnectWitness: BayeuxExtension {
    let arrived: AsyncStream<Void>.Continuation

    func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
        if message.channel == "/meta/connect" { self.arrived.yield() }
        return true
    }
}

/// What happens to a client when its connections, or its server, do what they should not.
@Suite("A client behind a fault proxy", .timeLimit(.minutes(2)))
struct FaultTests {
    /// A connected client behind a proxy, whose connect has come to the server: so its connection can be broken.
    private func withProxy(
        _ options: ClientOptions,
        server serverOptions: ServerOptions = .patient,
        _ body: (LiveServer, FaultProxy, BayeuxClient) async throws -> Void
    ) async throws {
        try await LiveServer.running(options: serverOptions) { live in
            let (connects, connect) = AsyncStream<Void>.makeStream()
            live.server.addExtension(ConnectWitness(arrived: connect))
            let proxy = try await FaultProxy.start(to: live.address)
            let client = try BayeuxClient(live.url(port: proxy.port), options: options)
            do {
                try await client.handshake(retryingFor: .seconds(60))
                try await client.wait(for: .connected)
                // The first is answered at once, the second is held.
                var arrived = connects.makeAsyncIterator()
                for _ in 1...2 { await arrived.next() }
                try await body(live, proxy, client)
            } catch {
                client.abort()
                await proxy.stop()
                throw error
            }
            client.abort()
            await proxy.stop()
        }
    }

    @Test(arguments: transports)
    func `a connection that breaks keeps the session and its subscriptions`(
        over connectionType: ConnectionType
    ) async throws {
        try await self.withProxy(.only(connectionType)) { live, proxy, client in
            let clientID = client.clientID
            let messages = client.messages(on: "/news")
            try await messages.waitUntilSubscribed()
            var failures = client.failures.makeAsyncIterator()
            var states = client.states.makeAsyncIterator()

            await proxy.reset()

            let failure = await failures.next()
            #expect(failure?.channel == "/meta/connect")
            #expect(failure?.error.code == .connectionLost)
            #expect(failure?.retryDelay != nil)
            // The failure is told before the state changes: what counts is the state after that.
            while let state = await states.next(), state != .unconnected {}
            while let state = await states.next(), state != .connected {}
            #expect(client.clientID == clientID)
            try live.server.channel("/news").publish(JSONBytes(.string("still here")))
            var iterator = messages.makeAsyncIterator()
            #expect(try await iterator.next()?.data?.stringValue == "still here")
        }
    }

    @Test(arguments: transports)
    func `a server that has started anew gets a new session with the old subscriptions`(
        over connectionType: ConnectionType
    ) async throws {
        try await self.withProxy(.only(connectionType)) { _, proxy, client in
            let clientID = client.clientID
            let messages = client.messages(on: "/news")
            try await messages.waitUntilSubscribed()
            try await LiveServer.running { other in
                var states = client.states.makeAsyncIterator()
                await proxy.setTarget(other.address)
                await proxy.reset()

                while let state = await states.next(), state != .rehandshaking {}
                // The answer to the first connect tells that the subscriptions, which went along, are there.
                while let state = await states.next(), state != .connected {}
                #expect(client.clientID != clientID)
                try other.server.channel("/news").publish(JSONBytes(.string("again")))
                var iterator = messages.makeAsyncIterator()
                #expect(try await iterator.next()?.data?.stringValue == "again")
                client.abort()
            }
        }
    }

    @Test(arguments: transports)
    func `a server that is away is tried again until it is back`(over connectionType: ConnectionType) async throws {
        try await self.withProxy(.only(connectionType)) { _, proxy, client in
            var failures = client.failures.makeAsyncIterator()
            await proxy.refuse()
            await proxy.reset()
            var refusals = 0
            while refusals < 3, let failure = await failures.next() {
                if failure.error.code == .unreachable { refusals += 1 }
            }
            #expect(client.state == .unconnected)

            try await proxy.accept()

            try await client.wait(for: .connected)
            try await client.publish("hello", to: "/news")
        }
    }

    @Test(arguments: transports)
    func `a half-open connection is given up in time`(over connectionType: ConnectionType) async throws {
        var options = ClientOptions.only(connectionType)
        options.maxNetworkDelay = .seconds(1)
        options.webSocketMaxNetworkDelay = .seconds(1)
        var serverOptions = ServerOptions.patient
        serverOptions.longPolling.common.timeout = .seconds(1)
        serverOptions.webSocket.common.timeout = .seconds(1)
        try await self.withProxy(options, server: serverOptions) { _, proxy, client in
            var failures = client.failures.makeAsyncIterator()

            await proxy.freeze()

            while let failure = await failures.next(), failure.error.code != .timeout {}
            try await client.wait(for: .unconnected)
            await proxy.thaw()
            try await client.wait(for: .connected)
        }
    }

    @Test func `long-polling needs two connections, however much is sent`() async throws {
        try await self.withProxy(.only(.longPolling)) { _, proxy, client in
            for number in 1...20 { try await client.publish(number, to: "/news") }

            #expect(proxy.connectionCount <= 2)
        }
    }

    @Test func `a proxy that refuses WebSockets leaves long-polling`() async throws {
        try await LiveServer.running { live in
            let proxy = try await FaultProxy.start(to: live.address)
            await proxy.refuseUpgrades()
            let client = try BayeuxClient(live.url(port: proxy.port), options: .impatient)
            var failures = client.failures.makeAsyncIterator()

            try await client.handshake()

            try await client.wait(for: .connected)
            #expect(client.connectionType == .longPolling)
            #expect(await failures.next()?.error.code == .upgradeRefused)
            await client.disconnect()
            await proxy.stop()
        }
    }

    @Test(arguments: transports)
    func `a publish whose reply is cut off is told to be unknown`(over connectionType: ConnectionType) async throws {
        try await self.withProxy(.only(connectionType)) { _, proxy, client in
            await proxy.cut(afterBytesToClient: 0)

            let error = await #expect(throws: ClientError.self) { try await client.publish("x", to: "/news") }

            #expect(error?.code == .connectionLost)
            try await client.wait(for: .connected)
            try await client.publish("y", to: "/news")
        }
    }

    @Test(arguments: transports)
    func `nothing is lost or doubled with acknowledgements, however often connections break`(
        over connectionType: ConnectionType
    ) async throws {
        var options = ClientOptions.only(connectionType)
        options.backOff = .constant(.milliseconds(10))
        options.extensions = [AcknowledgementClientExtension()]
        try await self.withProxy(options) { live, proxy, client in
            let clientID = client.clientID
            let messages = client.messages(on: "/numbers", as: Int.self)
            try await messages.waitUntilSubscribed()
            var random = SeededGenerator(seed: 4)
            let count = 400
            let channel = try live.server.channel("/numbers")
            var iterator = messages.makeAsyncIterator()
            var next = 0

            for number in 0..<count {
                channel.publish(JSONBytes(JSONValue(number)))
                switch random.next() % 20 {
                case 0: await proxy.reset()
                case 1: await proxy.cut(afterBytesToClient: Int(random.next() % 400))
                case 2: await proxy.close()
                default: break
                }
                // Some are taken meanwhile, so that batches are acknowledged between the faults.
                if random.next() % 4 == 0 {
                    while next <= number, let message = try await iterator.next() {
                        #expect(message.value == next)
                        next += 1
                    }
                }
            }
            while next < count, let message = try await iterator.next() {
                #expect(message.value == next)
                next += 1
            }

            #expect(next == count)
            #expect(client.clientID == clientID)
        }
    }
}

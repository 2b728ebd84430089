import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// The snippets of QueuesAndSlowConsumers.md.
@Suite struct QueueSnippets {
    @Test func `the options limit what waits`() throws {
        var options = ServerOptions()
        options.webSocket.common.maxQueue = 1000
        options.webSocket.common.maxQueueBytes = 1 << 20
        options.webSocket.common.queuePolicy = .dropOldest
        let test = TestServer(options: options)
        let socket = test.openWebSocket()
        socket.subscribe(socket.handshakeAndConnect(), to: "/prices")
        socket.isReading = false
        for price in 1...1001 { try test.server.channel("/prices").publish(price) }
        test.settle()
        socket.isReading = true
        test.settle()
        let prices = socket.takeMessages().compactMap { $0["data"] }
        #expect(prices.count == 1000 && prices.first == "2" && prices.last == "1001")
    }

    @Test func `a listener decides instead`() async throws {
        var options = ServerOptions()
        options.webSocket.common.maxQueue = 1
        let test = TestServer(options: options)
        let socket = test.openWebSocket()
        let id = socket.handshakeAndConnect()
        let session = try #require(await test.server.session(id))
        session.addListener(
            .queueMaxed { session, overflow in
                overflow.message.channel == "/prices" ? .dropNewest : .disconnect
            }
        )
        socket.isReading = false
        for price in 1...3 { try session.deliver(price, on: "/prices") }
        test.settle()
        #expect(session.isConnected)
        try session.deliver("x", on: "/orders")
        test.settle()
        #expect(!session.isConnected && socket.closeCode == 1008)
    }
}

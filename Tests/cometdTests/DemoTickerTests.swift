import Bayeux
import CometDServer
import CometDTestKit
import NIOCore
import Synchronization
import Testing

@testable import cometd

@Suite("DemoTicker")
struct DemoTickerTests {
    private let test = TestServer()
    private let clock = DemoClock { 1_234 }

    private func unsubscribe(_ peer: DemoPeer, from channel: String) {
        peer.socket.send(
            #"[{"channel":"/meta/unsubscribe","clientId":"\#(peer.clientID)","subscription":"\#(channel)"}]"#
        )
        _ = peer.socket.takeFrames()
    }

    @Test func `it ticks while somebody is subscribed, to the channel or to a pattern of it`() throws {
        let ticks = Mutex(0)
        DemoTicker.install(on: self.test.server, channels: [try ChannelID("/tick/a")], every: .seconds(1)) {
            ticks.withLock { $0 += 1 }
        }
        func passed(_ seconds: Int) -> Int {
            ticks.withLock { $0 = 0 }
            for _ in 0..<seconds { self.test.advance(by: .seconds(1)) }
            return ticks.withLock { $0 }
        }
        let (ada, bob) = (DemoPeer(self.test), DemoPeer(self.test))
        #expect(passed(5) == 0)

        ada.socket.subscribe(ada.clientID, to: "/tick/a")
        #expect(passed(5) == 5)
        bob.socket.subscribe(bob.clientID, to: "/tick/*")
        self.unsubscribe(ada, from: "/tick/a")
        #expect(passed(5) == 5)
        bob.socket.send(#"[{"channel":"/meta/disconnect","clientId":"\#(bob.clientID)"}]"#)
        #expect(passed(5) == 0)

        ada.socket.subscribe(ada.clientID, to: "/other")
        #expect(passed(5) == 0)
        ada.socket.subscribe(ada.clientID, to: "/**")
        #expect(passed(5) == 5)
    }

    @Test func `subscribing twice is one subscription, and a quick change of mind one row of ticks`() throws {
        let ticks = Mutex(0)
        DemoTicker.install(on: self.test.server, channels: [try ChannelID("/tick/a")], every: .seconds(1)) {
            ticks.withLock { $0 += 1 }
        }
        let ada = DemoPeer(self.test, subscribedTo: "/tick/a", "/tick/a")
        self.unsubscribe(ada, from: "/tick/a")
        ada.socket.subscribe(ada.clientID, to: "/tick/a")
        for _ in 0..<3 { self.test.advance(by: .seconds(1)) }
        #expect(ticks.withLock { $0 } == 3)

        self.unsubscribe(ada, from: "/tick/a")
        for _ in 0..<3 { self.test.advance(by: .seconds(1)) }
        #expect(ticks.withLock { $0 } == 3)
    }

    @Test func `the counter counts without gaps, and stands still while nobody listens`() throws {
        try DemoCounter.install(on: self.test.server, clock: self.clock)
        let ada = DemoPeer(self.test, subscribedTo: "/demo/counter")

        self.test.advance(by: .milliseconds(200))
        self.test.advance(by: .milliseconds(200))
        #expect(ada.take("/demo/counter") == [#"{"count":1,"time":1234}"#, #"{"count":2,"time":1234}"#])

        self.unsubscribe(ada, from: "/demo/counter")
        for _ in 0..<10 { self.test.advance(by: .milliseconds(200)) }
        ada.socket.subscribe(ada.clientID, to: "/demo/counter")
        for _ in 0..<2 { self.test.advance(by: .milliseconds(200)) }
        #expect(ada.take("/demo/counter").first == #"{"count":3,"time":1234}"#)
        #expect(ada.error(publishing: "{}", to: "/demo/counter").hasPrefix("403:"))
    }

    @Test func `prices are lazy, and several of them arrive together`() throws {
        // Draws the first company, then the highest move.
        try StockTicker.install(on: self.test.server, clock: self.clock) { range in
            range.lowerBound < 0 ? range.upperBound : range.lowerBound
        }
        let ada = DemoPeer(self.test, subscribedTo: "/stock/*")

        for _ in 0..<4 { self.test.advance(by: .milliseconds(200)) }
        #expect(ada.socket.takeFrames().isEmpty)
        for _ in 0..<3 { self.test.advance(by: .milliseconds(200)) }

        let quotes = ada.take("/stock/BRCK")
        let first = #"{"symbol":"BRCK","name":"Brickwell & Daughters","price":42.85,"change":0.75,"time":1234}"#
        #expect(quotes.first == first)
        #expect(quotes.count >= 5 * StockTicker.changesPerTick)
    }

    @Test func `clients make no prices`() throws {
        try StockTicker.install(on: self.test.server)
        let ada = DemoPeer(self.test)

        #expect(ada.error(publishing: #"{"price":1}"#, to: "/stock/BRCK").hasPrefix("403:"))
        #expect(ada.error(publishing: #"{"price":1}"#, to: "/stock/NEW").hasPrefix("403:"))
    }

    @Test func `a price never falls to nothing`() throws {
        try StockTicker.install(on: self.test.server, clock: self.clock) { $0.lowerBound }
        let ada = DemoPeer(self.test, subscribedTo: "/stock/*")
        for _ in 0..<40 { self.test.advance(by: .milliseconds(200)) }

        #expect(ada.take("/stock/BRCK").last?.contains(#""price":0.01,"#) == true)
    }

    @Test func `a call tells the time`() throws {
        try DemoCalls.install(on: self.test.server, clock: self.clock)
        let ada = DemoPeer(self.test)

        let reply = ada.publish("{}", to: "/service/rpc/time").first { $0["data"] != nil }
        #expect(reply?["data"] == #"{"time":1234}"#)
    }
}

import Bayeux
import NIOCore
import Testing

@testable import CometDClient

/// Facts in, steps out; the state after each.
@Suite("ClientMachine")
struct ClientMachineTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let lost = ClientError(.connectionLost)

    private func machine(_ change: (inout ClientOptions) -> Void = { _ in }) throws -> ClientMachine {
        var options = ClientOptions()
        change(&options)
        return ClientMachine(options, try #require(TransportChoice(options)), chance: { 0 })
    }

    /// A machine that is connected since `start`.
    private func connected(_ change: (inout ClientOptions) -> Void = { _ in }) throws -> ClientMachine {
        var machine = try self.machine(change)
        _ = machine.handshakeRequested(until: nil)
        _ = machine.handshakeAccepted("client", offered: nil, advice: nil, now: self.start)
        machine.connectSent()
        _ = machine.connectAnswered(advice: nil, isHasty: false, now: self.start)
        return machine
    }

    @Test func `a session goes through its states`() throws {
        var machine = try self.machine()
        #expect(machine.state == .disconnected)
        #expect(machine.handshakeRequested(until: nil).text == "handshake after 0")
        #expect(machine.state == .handshaking)
        #expect(
            machine.handshakeAccepted("client", offered: nil, advice: nil, now: self.start).text == "connect after 0"
        )
        #expect(machine.state == .handshaken)
        machine.connectSent()
        #expect(machine.state == .connecting)
        #expect(
            machine.connectAnswered(advice: nil, isHasty: false, now: self.start).text == "connect after 0, held"
        )
        #expect(machine.state == .connected)
        #expect(machine.clientID == "client")
        #expect(machine.disconnectRequested().text == "disconnect")
        #expect(machine.state == .disconnecting)
        machine.disconnectEnded()
        #expect(machine.state == .terminating)
        #expect(machine.aborted().text == "end")
        #expect(machine.state == .disconnected)
        #expect(machine.clientID == nil)
    }

    @Test func `connects that fail are tried again with growing delays, in the same session`() throws {
        var machine = try self.connected()
        for seconds in [1, 2, 3] {
            #expect(machine.connectFailed(now: self.start).text == "connect after \(seconds)")
            #expect(machine.state == .unconnected)
        }
        for _ in 4...40 { _ = machine.connectFailed(now: self.start) }
        #expect(machine.connectFailed(now: self.start).text == "connect after 30")
        #expect(machine.connectAnswered(advice: nil, isHasty: false, now: self.start).text == "connect after 0, held")
        #expect(machine.connectFailed(now: self.start).text == "connect after 1")
    }

    @Test func `a client that was away for longer than the server waits shakes hands by itself`() throws {
        var machine = try self.connected()
        let advice = Advice(reconnect: .retry, interval: .zero, timeout: .seconds(30), maxInterval: .seconds(10))
        _ = machine.connectAnswered(advice: advice, isHasty: false, now: self.start)

        #expect(machine.connectFailed(now: self.start + .seconds(38)).text == "connect after 1")
        #expect(machine.connectFailed(now: self.start + .seconds(40)).text == "handshake after 2")
        #expect(machine.state == .rehandshaking)
    }

    @Test(arguments: [
        ("402::Unknown client", Advice?.none, "handshake after 0"),
        ("402::Unknown client", Advice(reconnect: .handshake, interval: .seconds(3)), "handshake after 3"),
        ("500::busy", nil, "connect after 1"),
        ("500::busy", Advice(reconnect: .retry, interval: .seconds(5)), "connect after 5"),
        ("401::invalid", Advice(reconnect: Advice.Reconnect.none), "end: refused: 401::invalid"),
        ("500::busy", Advice(interval: .milliseconds(-1)), "end: refused: 500::busy"),
        ("403::Unknown client", Advice(reconnect: .handshake), "handshake after 0"),
    ])
    func `the advice of a refused connect is followed`(error: String, advice: Advice?, step: String) throws {
        var machine = try self.connected()
        var reply = BayeuxMessage(channel: "/meta/connect")
        reply.error = error

        let taken = machine.connectRefused(
            ClientError(refusal: reply),
            advice: advice,
            now: self.start + .seconds(60)
        )

        #expect(taken.text == step)
    }

    @Test func `sessions that are lost at once are made with growing delays`() throws {
        var machine = try self.connected()
        let unknown = ClientError(.sessionUnknown)
        var steps: [String] = []
        for _ in 1...3 {
            steps.append(machine.connectRefused(unknown, advice: nil, now: self.start).text)
            _ = machine.handshakeAccepted("next", offered: nil, advice: nil, now: self.start)
        }
        #expect(steps == ["handshake after 1", "handshake after 2", "handshake after 3"])
        #expect(
            machine.connectRefused(unknown, advice: nil, now: self.start + .seconds(9)).text == "handshake after 0"
        )
    }

    @Test func `a server that does not hold connects does not make the client spin`() throws {
        var machine = try self.connected()
        for _ in 1...8 {
            #expect(
                machine.connectAnswered(advice: nil, isHasty: true, now: self.start).text == "connect after 0, held"
            )
        }
        #expect(machine.connectAnswered(advice: nil, isHasty: true, now: self.start).text == "connect after 1, held")
        #expect(machine.connectAnswered(advice: nil, isHasty: false, now: self.start).text == "connect after 0, held")
    }

    @Test func `an answer is hasty only without an interval before the next connect`() throws {
        var machine = try self.connected()
        #expect(machine.isHasty(.milliseconds(99)))
        #expect(!machine.isHasty(.milliseconds(100)))
        _ = machine.connectAnswered(advice: Advice(interval: .seconds(2)), isHasty: false, now: self.start)
        #expect(!machine.isHasty(.zero))
    }

    @Test func `a handshake goes from transport to transport before it waits`() throws {
        var machine = try self.machine()
        _ = machine.handshakeRequested(until: nil)
        #expect(machine.transports.current == .webSocket)
        #expect(machine.handshakeFailed(self.lost, now: self.start).text == "handshake after 0")
        #expect(machine.transports.current == .longPolling)
        #expect(machine.handshakeFailed(self.lost, now: self.start).text == "handshake after 1")
        #expect(machine.transports.current == .webSocket)
    }

    @Test func `a handshake gives up when its time is over`() throws {
        var machine = try self.machine { $0.transports = [.longPolling] }
        _ = machine.handshakeRequested(until: self.start + .seconds(2))
        #expect(machine.handshakeFailed(self.lost, now: self.start).text == "handshake after 1")
        #expect(machine.handshakeFailed(self.lost, now: self.start + .seconds(1)).text == "end: connection lost")
        #expect(machine.state == .disconnected)
    }

    @Test(
        arguments: [
            (Advice(reconnect: Advice.Reconnect.none), "end: refused"),
            (Advice(interval: .milliseconds(-1)), "end: refused"),
            (nil, "handshake after 1"), (Advice(reconnect: .retry, interval: .seconds(7)), "handshake after 7"),
        ] as [(Advice?, String)]
    )
    func `a refused handshake is tried again unless the server forbids it`(advice: Advice?, step: String) throws {
        var machine = try self.machine()
        _ = machine.handshakeRequested(until: nil)
        #expect(machine.handshakeRefused(ClientError(.refused), advice: advice, now: self.start).text == step)
    }

    @Test func `a server without a transport in common ends the session`() throws {
        var machine = try self.machine { $0.transports = [.webSocket] }
        _ = machine.handshakeRequested(until: nil)
        let step = machine.handshakeAccepted("client", offered: [.longPolling], advice: nil, now: self.start)
        #expect(step.text == "end: no transport in common: 405:c[websocket],s[long-polling]:no_transport")
    }

    @Test func `the transport is one that the server has`() throws {
        var machine = try self.machine()
        _ = machine.handshakeRequested(until: nil)
        _ = machine.handshakeAccepted("client", offered: [.longPolling], advice: nil, now: self.start)
        #expect(machine.transports.current == .longPolling)
    }

    @Test(arguments: [true, false])
    func `a WebSocket that has worked is kept to, if wanted`(sticky: Bool) throws {
        var machine = try self.connected { $0.stickyReconnect = sticky }
        _ = machine.connectFailed(now: self.start)
        #expect(machine.transports.current == (sticky ? .webSocket : .longPolling))
    }

    @Test(arguments: [true, false])
    func `hosts of an advice are tried in turn, if wanted`(follows: Bool) throws {
        var machine = try self.connected {
            $0.followsHosts = follows
            $0.transports = [.longPolling]
        }
        let advice = Advice(reconnect: .handshake, hosts: ["b.example", "c.example:81"])
        _ = machine.connectRefused(ClientError(.sessionUnknown), advice: advice, now: self.start + .seconds(9))
        var hosts: [String?] = [machine.transports.host]
        for _ in 1...3 {
            _ = machine.handshakeFailed(self.lost, now: self.start)
            hosts.append(machine.transports.host)
        }
        #expect(hosts == (follows ? [nil, "b.example", "c.example:81", nil] : [nil, nil, nil, nil]))
    }

    @Test func `a host in use stays in use when others are named`() throws {
        var machine = try self.connected { $0.transports = [.longPolling] }
        let advice = Advice(reconnect: .handshake, hosts: ["b.example"])
        _ = machine.connectRefused(ClientError(.sessionUnknown), advice: advice, now: self.start + .seconds(9))
        _ = machine.handshakeFailed(self.lost, now: self.start)
        let other = Advice(reconnect: .retry, hosts: ["c.example"])
        _ = machine.handshakeAccepted("client", offered: nil, advice: other, now: self.start)
        #expect(machine.transports.host == "b.example")
    }

    @Test func `what comes too late changes nothing`() throws {
        var machine = try self.machine()
        #expect(machine.connectAnswered(advice: nil, isHasty: false, now: self.start).text == "none")
        #expect(machine.connectFailed(now: self.start).text == "none")
        #expect(machine.connectRefused(self.lost, advice: nil, now: self.start).text == "none")
        #expect(machine.handshakeAccepted("late", offered: nil, advice: nil, now: self.start).text == "none")
        #expect(machine.handshakeFailed(self.lost, now: self.start).text == "none")
        #expect(machine.handshakeRefused(self.lost, advice: nil, now: self.start).text == "none")
        #expect(machine.disconnectRequested().text == "none")
        #expect(machine.aborted().text == "none")
        machine.connectSent()
        machine.disconnectEnded()
        #expect(machine.state == .disconnected)
    }

    @Test func `a client that has no connection is disconnected without a word`() throws {
        var machine = try self.connected()
        _ = machine.connectFailed(now: self.start)
        #expect(machine.disconnectRequested().text == "end")
    }
}

extension ClientMachine.Step {
    /// The step in a few words.
    fileprivate var text: String {
        func seconds(_ delay: Duration) -> String { "\(delay.milliseconds / 1000)" }
        return switch self {
        case .none: "none"
        case .handshake(let delay): "handshake after \(seconds(delay))"
        case .connect(let delay, let isHeld): "connect after \(seconds(delay))\(isHeld ? ", held" : "")"
        case .disconnect: "disconnect"
        case .end(nil): "end"
        case .end(let error?): "end: \(error)"
        }
    }
}

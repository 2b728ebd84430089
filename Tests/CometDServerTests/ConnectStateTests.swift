import Bayeux
import NIOCore
import Testing

@testable import CometDServer

@Suite struct ConnectStateTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private static let soon = start + .seconds(1)
    private static let late = start + .seconds(10)

    private static var held: HeldConnect {
        HeldConnect(reply: Reply(to: BayeuxMessage(channel: "/meta/connect")), way: .link)
    }

    /// Each state, with the name that `describe` gives it.
    private static var states: [(ConnectState, String)] {
        [
            (.waiting(expiry: soon), "waiting 1"), (.held(held, until: soon), "held 1"),
            (.answering(expiry: soon), "answering 1"), (.closed, "closed"),
        ]
    }

    private func describe(_ state: ConnectState) -> String {
        func seconds(_ deadline: NIODeadline) -> Int64 { (deadline - Self.start).nanoseconds / 1_000_000_000 }
        return switch state {
        case .waiting(let expiry): "waiting \(seconds(expiry))"
        case .held(_, let until): "held \(seconds(until))"
        case .answering(let expiry): "answering \(seconds(expiry))"
        case .closed: "closed"
        }
    }

    /// Applies an input to each state and lists the states after it, and whether a connect came out.
    private func outcomes(_ input: (inout ConnectState) -> Bool) -> [String] {
        Self.states.map { state, _ in
            var state = state
            let releases = input(&state)
            return self.describe(state) + (releases ? " + connect" : "")
        }
    }

    @Test func `a message from the client moves an expiry on, but not the deadline of a held connect`() {
        #expect(
            self.outcomes { state in
                state.clientSeen(expiry: Self.late)
                return false
            } == ["waiting 10", "held 1", "answering 10", "closed"]
        )
    }

    @Test func `a connect is held unless the session has ended`() {
        #expect(
            self.outcomes { state in
                state.connectHeld(Self.held, until: Self.late)
                return false
            } == ["held 10", "held 10", "held 10", "closed"]
        )
    }

    @Test func `releasing gives the held connect once and starts the expiry`() {
        #expect(
            self.outcomes { $0.connectReleased(expiry: Self.late) != nil }
                == ["waiting 1", "waiting 10 + connect", "answering 1", "closed"]
        )
    }

    @Test func `a large answer suspends the expiry and its end starts it anew`() {
        #expect(
            self.outcomes { state in
                state.answerStarted(expiry: Self.late)
                return false
            } == ["answering 10", "held 1", "answering 10", "closed"]
        )
        #expect(
            self.outcomes { state in
                state.answerEnded(expiry: Self.late)
                return false
            } == ["waiting 10", "held 1", "waiting 10", "closed"]
        )
    }

    @Test func `the end of the session gives the held connect`() {
        #expect(
            self.outcomes { $0.sessionEnded() != nil } == ["closed", "closed + connect", "closed", "closed"]
        )
    }

    @Test func `a deadline that is reached answers the connect or ends the session`() {
        func outcomes(at now: NIODeadline) -> [String] {
            Self.states.map { state, _ in
                var state = state
                let action = state.deadlineReached(now: now, expiry: Self.late)
                let name =
                    switch action {
                    case .answer: "answer"
                    case .expire: "expire"
                    case .wait: "wait"
                    case .none: "none"
                    }
                return "\(name): \(self.describe(state))"
            }
        }
        #expect(
            outcomes(at: Self.soon) == ["expire: closed", "answer: waiting 10", "expire: closed", "none: closed"]
        )
        #expect(
            outcomes(at: Self.start) == ["wait: waiting 1", "wait: held 1", "wait: answering 1", "none: closed"]
        )
    }
}

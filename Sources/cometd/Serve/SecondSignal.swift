// Signal sources are not marked `Sendable`; these are only touched by their own queue once they are activated, and
// cancelled, which may be done from any thread.
@preconcurrency import Dispatch
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Ends the process at once when a second signal to stop arrives.
///
/// The first one makes the service group drain. This service watches the same signals on a thread of its own, so that
/// the second one works whatever the others are busy with. It must stand before the services that drain, which makes
/// it the last one to be stopped.
struct SecondSignal: Service {
    /// Where the signals are logged.
    let logger: Logger

    /// What is known about the signals that have arrived.
    private enum State {
        case running
        case draining(since: DispatchTime)
    }

    /// Signals that come this soon after the first one were sent together: `timeout(1)` and some supervisors send
    /// theirs to the process and to its group.
    private static let together = DispatchTimeInterval.milliseconds(50)
    /// How long a drain may go on after two signals that were sent together.
    private static let grace = DispatchTimeInterval.milliseconds(250)

    func run() async throws {
        let queue = DispatchQueue(label: "cometd.signals")
        let state = Mutex(State.running)
        let sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
            #if canImport(Darwin)
            signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                // Signals that came in quick succession may be one event.
                for _ in 0..<source.data {
                    let first = state.withLock { state -> DispatchTime? in
                        guard case .draining(let since) = state else {
                            state = .draining(since: .now())
                            return nil
                        }
                        return since
                    }
                    guard let first else {
                        self.logger.info("\(name): draining; a second signal ends at once")
                        continue
                    }
                    let isSentTogether = DispatchTime.now() < first + Self.together
                    queue.asyncAfter(deadline: isSentTogether ? first + Self.grace : .now()) {
                        self.logger.warning("\(name): second signal, ending at once")
                        _exit(128 + number)
                    }
                }
            }
            source.activate()
            return source
        }
        try? await gracefulShutdown()
        for source in sources { source.cancel() }
    }
}

extension SecondSignal: CustomStringConvertible {
    var description: String { "SecondSignal" }
}

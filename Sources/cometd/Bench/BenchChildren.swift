// Signal sources are not marked `Sendable`; these are activated once, here, and then touched by their own queue only.
@preconcurrency import Dispatch
import Foundation
import Synchronization

/// The processes that a benchmark has started: they end with it.
enum BenchChildren {
    private static let processes = Mutex<Set<Int32>>([])

    /// From now on, a signal that ends this process ends those that it has started, too.
    static func endWithThisProcess() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // The handler keeps its source for as long as the process lives.
                _ = source
                for process in Self.processes.withLock({ $0 }) { kill(process, SIGTERM) }
                _exit(128 + number)
            }
            source.activate()
        }
    }

    /// A process has been started.
    static func started(_ process: Int32) { Self.processes.withLock { _ = $0.insert(process) } }

    /// A process has ended.
    static func ended(_ process: Int32) { Self.processes.withLock { _ = $0.remove(process) } }
}

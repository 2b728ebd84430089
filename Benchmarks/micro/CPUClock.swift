#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The CPU time of the calling thread.
enum CPUClock {
    /// Nanoseconds that the thread has spent on a core.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Runs something in rounds.
    ///
    /// - Returns: Nanoseconds per operation in the best of ten rounds.
    static func best(of operations: Int, _ round: (Int) throws -> Void) rethrows -> Double {
        let perRound = max(1, operations / 10)
        var best = Double.infinity
        for _ in 0..<10 {
            let start = self.now
            try round(perRound)
            best = min(best, Double(self.now - start) / Double(perRound))
        }
        return best
    }
}

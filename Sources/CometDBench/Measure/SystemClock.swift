#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system's clocks of CPU time.
package enum SystemClock {
    /// The CPU time of the calling process, in seconds.
    package static var ownCPU: Double { Self.seconds(of: CLOCK_PROCESS_CPUTIME_ID) ?? 0 }

    /// The CPU time of the calling thread, in seconds.
    package static var threadCPU: Double { Self.seconds(of: CLOCK_THREAD_CPUTIME_ID) ?? 0 }

    /// The CPU time of another process, in seconds; `nil` when there is no such process, and on other systems than Linux.
    ///
    /// The kernel brings it up to date when the process sleeps and at its timer's ticks.
    package static func cpu(ofProcess id: Int32) -> Double? {
        #if os(Linux)
        var clock = clockid_t()
        guard clock_getcpuclockid(id, &clock) == 0 else { return nil }
        return Self.seconds(of: clock)
        #else
        return nil
        #endif
    }

    private static func seconds(of clock: clockid_t) -> Double? {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

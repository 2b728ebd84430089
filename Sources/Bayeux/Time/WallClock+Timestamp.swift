#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#elseif canImport(Darwin)
import Darwin
#endif

extension WallClock {
    /// The time as the `timestamp` of a message, such as `2026-11-20T23:57:48.12`, in Greenwich.
    ///
    /// - SeeAlso: Bayeux specification, "timestamp".
    package var timestamp: String { Self.text(of: self.milliseconds) }

    /// Writes a time from 1970 to 9999; others become the nearest of these.
    private static func text(of milliseconds: Int) -> String {
        let milliseconds = min(max(milliseconds, 0), 253_402_300_799_999)
        var time = time_t(milliseconds / 1000)
        var date = tm()
        gmtime_r(&time, &date)
        return String(unsafeUninitializedCapacity: 22) { output in
            var count = 0
            func write(_ number: Int, digits: Int, _ separator: Unicode.Scalar? = nil) {
                var number = number
                for place in stride(from: digits - 1, through: 0, by: -1) {
                    output[count + place] = UInt8(ascii: "0") + UInt8(number % 10)
                    number /= 10
                }
                count += digits
                guard let separator else { return }
                output[count] = UInt8(ascii: separator)
                count += 1
            }
            write(Int(date.tm_year) + 1900, digits: 4, "-")
            write(Int(date.tm_mon) + 1, digits: 2, "-")
            write(Int(date.tm_mday), digits: 2, "T")
            write(Int(date.tm_hour), digits: 2, ":")
            write(Int(date.tm_min), digits: 2, ":")
            write(Int(date.tm_sec), digits: 2, ".")
            write(milliseconds % 1000 / 10, digits: 2)
            return count
        }
    }
}

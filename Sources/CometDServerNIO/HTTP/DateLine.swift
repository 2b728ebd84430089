import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#elseif canImport(Darwin)
import Darwin
#endif

/// The `Date` line that every answer carries, made once a second on each event loop.
///
/// - SeeAlso: RFC 9110, section 6.6.1.
final class DateLine {
    /// Every thread sees an object of its own in it.
    nonisolated(unsafe) private static let perThread = ThreadSpecificVariable<DateLine>()

    private var second: Int
    private var line: ByteBuffer

    private init(second: Int) {
        self.second = second
        self.line = Self.line(at: second)
    }

    /// The line for an answer that is written now, with its end.
    static var current: ByteBuffer {
        let second = time(nil)
        guard let cached = self.perThread.currentValue else {
            let new = DateLine(second: second)
            self.perThread.currentValue = new
            return new.line
        }
        if cached.second != second {
            cached.second = second
            cached.line = self.line(at: second)
        }
        return cached.line
    }

    /// The value of the line.
    static var currentValue: String {
        String(String(buffer: self.current).dropFirst("Date: ".count).prefix { $0 != "\r\n" })
    }

    /// The line for a time in seconds since 1970, such as `Date: Sun, 06 Nov 1994 08:49:37 GMT`.
    static func line(at second: Int) -> ByteBuffer {
        var time = time_t(second)
        var date = tm()
        gmtime_r(&time, &date)
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func twoDigits(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let weekday = weekdays[Int(date.tm_wday)]
        let day = "\(twoDigits(date.tm_mday)) \(months[Int(date.tm_mon)]) \(date.tm_year + 1900)"
        let clock = "\(twoDigits(date.tm_hour)):\(twoDigits(date.tm_min)):\(twoDigits(date.tm_sec))"
        return ByteBuffer(string: "Date: \(weekday), \(day) \(clock) GMT\r\n")
    }
}

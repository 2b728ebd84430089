public import Bayeux

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#elseif canImport(Darwin)
import Darwin
#endif

/// Puts the time at which it leaves into every message: `"timestamp":"2026-11-20T23:57:48.12"`, in Greenwich.
///
/// A broadcast has one time for all its receivers: that of its publishing. A time that a client has put in is replaced.
/// The form is the specification's; CometD's own server writes `Fri Nov 20 23:57:48 UTC 2026`.
///
/// - SeeAlso: Bayeux specification, "timestamp"; CometD 3.1 reference book, "Timestamp extension"; REQUIREMENTS N5, P6.
public struct TimestampExtension: BayeuxExtension {
    private let clock: WallClock

    /// Makes the extension.
    ///
    /// - Parameter clock: Tells the time.
    public init(clock: WallClock = .system) {
        self.clock = clock
    }

    /// All that leaves.
    public var scope: ExtensionScope { [.outgoingMeta, .outgoing] }

    /// Adds the time.
    public func outgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        from sender: ServerSession?
    ) async throws -> Bool {
        message[.timestamp] = JSONBytes(.string(Self.text(of: self.clock.milliseconds)))
        return true
    }

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

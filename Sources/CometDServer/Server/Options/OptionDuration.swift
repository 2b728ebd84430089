/// The notation of times in options: `500`, `500ms`, `10s`, `1.5s`, `5m`, `1h`, `-1`.
enum OptionDuration {
    /// What is legal, for a message.
    static let legal = "milliseconds, or a number with ms, s, m or h"

    /// The longest time, a year: beyond some centuries deadlines would overflow.
    private static let maximum = Duration.seconds(365 * 24 * 3600)

    /// The units, the largest first.
    private static let units: [(name: String, length: Duration)] = [
        ("h", .seconds(3600)), ("m", .seconds(60)), ("s", .seconds(1)), ("ms", .milliseconds(1)),
    ]

    /// Reads a time.
    ///
    /// - Parameters:
    ///   - text: A decimal number, perhaps with a sign in front and a unit behind.
    ///   - plainUnit: The unit of a number without one.
    /// - Returns: The time, exactly; `nil` when the text is nothing of the kind, finer than a nanosecond or longer than
    ///   a year.
    static func duration(_ text: String, plainUnit: Duration = .milliseconds(1)) -> Duration? {
        let isNegative = text.hasPrefix("-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        let number = digits.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let name = digits[number.endIndex...].drop { $0 == " " }
        guard let unit = name.isEmpty ? plainUnit : Self.units.first(where: { $0.name == name })?.length,
            let magnitude = Self.multiple(number, of: unit.nanoseconds), magnitude <= Self.maximum.nanoseconds
        else { return nil }
        return .nanoseconds(isNegative ? -magnitude : magnitude)
    }

    /// Writes a time in the largest unit of which it is a whole number.
    static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.nanoseconds
        guard nanoseconds != 0 else { return "0" }
        for (name, length) in Self.units where nanoseconds.isMultiple(of: length.nanoseconds) {
            return "\(nanoseconds / length.nanoseconds)\(name)"
        }
        let millisecond: Int64 = 1_000_000
        let fraction = String(nanoseconds.magnitude % UInt64(millisecond))
        let zeros = String(repeating: "0", count: 6 - fraction.count)
        let sign = nanoseconds < 0 ? "-" : ""
        return "\(sign)\(nanoseconds.magnitude / UInt64(millisecond)).\(zeros)\(fraction)ms"
    }

    /// A decimal number of units, when it comes to a whole number of nanoseconds.
    private static func multiple(_ number: Substring, of unit: Int64) -> Int64? {
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int64($0) }) else { return nil }
        var (total, overflow) = whole.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        guard parts.count == 2 else { return total }
        guard !parts[1].isEmpty else { return nil }
        var scale = unit
        for digit in parts[1] {
            guard let value = digit.wholeNumberValue, scale.isMultiple(of: 10) || value == 0 else { return nil }
            scale /= 10
            (total, overflow) = total.addingReportingOverflow(Int64(value) * scale)
            guard !overflow else { return nil }
        }
        return total
    }
}

extension Duration {
    /// The whole nanoseconds of a time of less than 292 years.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

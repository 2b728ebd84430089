import NIOCore

/// A JSON number, kept as the text it has.
///
/// JSON sets no limit to a number's size or precision: `1.10` and `12345678901234567890` leave as they came, and only
/// who asks for a Swift number pays for a conversion.
///
/// Two numbers are equal when their texts are: `1`, `1.0` and `1e0` are three different numbers here.
public struct JSONNumber: Hashable, Sendable {
    /// The number as JSON spells it, such as `-1.5e3`.
    public let text: String

    /// Takes a text that is known to be a JSON number.
    package init(trusted text: String) {
        self.text = text
    }

    /// Spells an integer in decimal digits.
    ///
    /// - Parameter value: Any integer.
    public init(_ value: some BinaryInteger) {
        self.text = String(value, radix: 10)
    }

    /// Spells a number with as many digits as it takes to read the same number again, such as `0.1`, `2.0` or `1e+20`.
    ///
    /// - Parameter value: A number; `nil` results when it is infinite or not a number, which JSON cannot say.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.text = value.description
    }

    /// Spells a number with as many digits as it takes to read the same `Float` again.
    ///
    /// - Parameter value: A number; `nil` results when it is infinite or not a number, which JSON cannot say.
    public init?(_ value: Float) {
        guard value.isFinite else { return nil }
        self.text = value.description
    }
}

// MARK: - As Swift numbers

extension JSONNumber {
    /// The number as an `Int`, when it has neither fraction nor exponent and fits; `1.0` and `1e3` do not count.
    public var int: Int? { Int(self.text) }

    /// The number as a `UInt64`, when it has neither fraction nor exponent and fits.
    public var uint64: UInt64? { UInt64(self.text) }

    /// The `Double` nearest to the number, or `nil` when it is too large for a `Double`.
    public var double: Double? { Self.finite(self.text) }

    /// The number as a floating-point type, or `nil` when it is too large for it.
    static func finite<T: BinaryFloatingPoint & LosslessStringConvertible>(_ text: String) -> T? {
        guard let value = T(text), value.isFinite else { return nil }
        return value
    }

    /// The number as an integer, when its value is one: `1.0` and `1e3` count, `1.5` does not.
    ///
    /// Digits are added up one by one, so that no precision is lost on the way, and a huge exponent costs nothing: a
    /// value that is not zero overflows after a few multiplications.
    func exactly<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T? {
        if let value = T(self.text) { return value }
        var value: T = 0
        var isNegative = false
        // Zeros behind the last digit that counts; they become part of the value when another such digit follows.
        var zeros = 0
        var fractionDigits = 0
        var isFraction = false
        var text = self.text.utf8[...]
        if text.first == 0x2d {
            isNegative = true
            text.removeFirst()
        }
        while let byte = text.popFirst(), byte | 0x20 != 0x65 {
            if byte == 0x2e {
                isFraction = true
                continue
            }
            if isFraction { fractionDigits += 1 }
            if byte == 0x30 {
                if value != 0 { zeros += 1 }
                continue
            }
            guard let shifted = value.multiplied(byPowerOfTen: zeros + 1) else { return nil }
            let digit = T(byte &- 0x30)
            let (sum, overflow) =
                isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !overflow else { return nil }
            value = sum
            zeros = 0
        }
        guard value != 0 else { return 0 }
        let power = zeros - fractionDigits + Self.exponent(text)
        return power < 0 ? nil : value.multiplied(byPowerOfTen: power)
    }

    /// Reads an exponent; one that is out of all proportion counts as a billion.
    private static func exponent(_ text: Substring.UTF8View) -> Int {
        var magnitude = 0
        for byte in text where byte >= 0x30 {
            magnitude = min(magnitude * 10 + Int(byte &- 0x30), 1_000_000_000)
        }
        return text.first == 0x2d ? -magnitude : magnitude
    }
}

extension FixedWidthInteger {
    /// The product, or `nil` when it does not fit.
    ///
    /// Returns early for any `power`: zero stays zero, and all else soon overflows.
    fileprivate func multiplied(byPowerOfTen power: Int) -> Self? {
        guard self != 0 else { return 0 }
        var result = self
        for _ in 0..<power {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            result = product
        }
        return result
    }
}

// MARK: - As text

extension JSONNumber: LosslessStringConvertible {
    /// Reads a number as JSON spells it.
    ///
    /// - Parameter description: A number without space around it; `nil` results for `+1`, `.5`, `01`, `1.`, `NaN`
    ///   and whatever else is no JSON number.
    public init?(_ description: String) {
        guard let first = description.utf8.first, JSONKind(firstByte: first) == .number,
            let bytes = try? JSONBytes(description), bytes.buffer.readableBytes == description.utf8.count
        else { return nil }
        self.init(trusted: description)
    }

    /// The number's text.
    public var description: String { self.text }
}

extension JSONNumber: ExpressibleByIntegerLiteral {
    /// Spells an integer in decimal digits.
    ///
    /// - Parameter value: The literal's value.
    public init(integerLiteral value: Int) {
        self.init(value)
    }
}

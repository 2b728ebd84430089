extension OptionSyntax<Int> {
    /// A whole number within bounds.
    ///
    /// - Parameters:
    ///   - range: The legal numbers.
    ///   - noun: What the number is, such as `an HTTP status`.
    /// - Returns: The syntax.
    package static func integer(in range: ClosedRange<Int>, _ noun: String = "a number") -> Self {
        let (first, last) = (range.lowerBound, range.upperBound)
        let bounds = last == .max ? "of \(first) or more" : "from \(first) to \(last)"
        return Self(placeholder: "number", legal: "\(noun) \(bounds)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } text: { value in
            String(value)
        }
    }

    /// A number of bytes, perhaps with `k`, `M` or `G`; at least one and less than 2 GiB.
    package static var size: Self {
        Self(placeholder: "size", legal: "a size from 1 to 2147483647 (bytes, or a number with k, M or G)") { text in
            Self.bytes(text).flatMap { (1...Int(Int32.max)).contains($0) ? $0 : nil }
        } text: { value in
            switch value {
            case 0: "0"
            case let value where value.isMultiple(of: 1 << 30): "\(value >> 30)G"
            case let value where value.isMultiple(of: 1 << 20): "\(value >> 20)M"
            case let value where value.isMultiple(of: 1 << 10): "\(value >> 10)k"
            default: String(value)
            }
        }
    }

    /// Reads `65536`, `64k`, `64K` and `64KiB`.
    private static func bytes(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        let shift: Int? =
            switch text[number.endIndex...].drop(while: { $0 == " " }).lowercased() {
            case "": 0
            case "k", "kib": 10
            case "m", "mib": 20
            case "g", "gib": 30
            default: nil
            }
        guard let shift, let count = Int(number) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : bytes
    }
}

extension OptionSyntax<Int?> {
    /// A whole number, where those below the first legal one mean that there is no limit.
    ///
    /// - Parameter first: The lowest number that is a limit.
    /// - Returns: The syntax.
    static func limit(from first: Int) -> Self {
        Self(placeholder: "number", legal: "a whole number, \(first == 0 ? "negative" : "zero or less") for no limit") {
            Int($0).map { $0 < first ? nil : $0 }
        } text: { value in
            value.map { String($0) } ?? "-1"
        }
    }
}

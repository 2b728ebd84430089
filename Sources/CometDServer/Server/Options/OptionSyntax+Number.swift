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

    /// A number of bytes, perhaps with `k`, `M` or `G`.
    ///
    /// - Parameter maximum: The largest one; the smallest is one.
    /// - Returns: The syntax.
    package static func size(upTo maximum: Int = 1 << 30) -> Self {
        let legal = "a size from 1 to \(Self.sizeText(maximum)) (bytes, or a number with k, M or G)"
        return Self(placeholder: "size", legal: legal) { text in
            Self.bytes(text).flatMap { (1...maximum).contains($0) ? $0 : nil }
        } text: { value in
            Self.sizeText(value)
        }
    }

    /// Writes a size in the largest unit of which it is a whole number.
    private static func sizeText(_ size: Int) -> String {
        let units = [("G", 30), ("M", 20), ("k", 10)]
        guard size > 0, let (name, shift) = units.first(where: { size.isMultiple(of: 1 << $0.1) }) else {
            return String(size)
        }
        return "\(size >> shift)\(name)"
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

public import Bayeux

/// Payloads that are short to write.
extension JSONBytes: ExpressibleByIntegerLiteral {
    /// Makes a number.
    public init(integerLiteral value: Int) { self.init(.number(JSONNumber(value))) }
}

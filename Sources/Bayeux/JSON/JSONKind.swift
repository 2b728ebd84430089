/// The six kinds of JSON values.
///
/// - SeeAlso: RFC 8259, section 3.
public enum JSONKind: Hashable, Sendable, CaseIterable {
    /// Members with names: `{"a":1}`.
    case object
    /// Values in order: `[1,2]`.
    case array
    /// Text: `"a"`.
    case string
    /// A decimal number: `-1.5e3`.
    case number
    /// `true` or `false`.
    case bool
    /// The word `null`.
    case null

    /// Tells the kind from a value's first byte; `nil` when no value begins with it.
    init?(firstByte: UInt8) {
        switch firstByte {
        case 0x7b: self = .object
        case 0x5b: self = .array
        case 0x22: self = .string
        case 0x2d, 0x30...0x39: self = .number
        case 0x74, 0x66: self = .bool
        case 0x6e: self = .null
        default: return nil
        }
    }
}

public import Bayeux

/// Makes markup harmless: every `<` becomes `&lt;`, every `>` becomes `&gt;`.
///
/// For texts that a page inserts between its tags. Quotes stay, so a text is not safe inside an attribute or a script,
/// and names of members stay as they are.
///
/// - SeeAlso: CometD 3.1, `NoMarkupFilter`; REQUIREMENTS X7.
public struct NoMarkupFilter: JSONDataFilter {
    /// Makes the filter.
    public init() {}

    /// Replaces the angle brackets.
    public func filterString(_ string: String) -> JSONValue {
        guard string.utf8.contains(where: { $0 == 0x3c || $0 == 0x3e }) else { return .string(string) }
        var result: [UInt8] = []
        result.reserveCapacity(string.utf8.count + 32)
        for byte in string.utf8 {
            switch byte {
            case 0x3c: result.append(contentsOf: "&lt;".utf8)
            case 0x3e: result.append(contentsOf: "&gt;".utf8)
            default: result.append(byte)
            }
        }
        return .string(String(decoding: result, as: UTF8.self))
    }
}

public import Bayeux

/// Turns `script` elements into `span` elements, opening and closing tags, in any case and with any space before the
/// name.
///
/// Other markup stays, and some of it runs scripts too (`<img onerror=…>`): use ``NoMarkupFilter`` for what strangers
/// write.
///
/// - SeeAlso: CometD 3.1, `NoScriptsFilter`; REQUIREMENTS X7.
public struct NoScriptsFilter: JSONDataFilter {
    private static let name = Array("script".utf8)

    /// Makes the filter.
    public init() {}

    /// Renames the tags.
    public func filterString(_ string: String) -> JSONValue {
        guard string.utf8.contains(0x3c) else { return .string(string) }
        let text = Array(string.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            if text[position] == 0x3c, let start = self.startOfName(in: text, behind: position) {
                result.append(contentsOf: text[position..<start])
                result.append(contentsOf: "span".utf8)
                position = start + Self.name.count
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return .string(String(decoding: result, as: UTF8.self))
    }

    /// Where `script` begins, when a tag at a position has this name.
    private func startOfName(in text: [UInt8], behind position: Int) -> Int? {
        var start = position + 1
        while start < text.count, text[start] <= 0x20 || text[start] == 0x2f { start += 1 }
        guard text.count - start >= Self.name.count,
            zip(text[start...], Self.name).allSatisfy({ byte, letter in byte | 0x20 == letter })
        else { return nil }
        return start
    }
}

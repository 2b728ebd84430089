import NIOCore

/// The start line and the fields at the beginning of an HTTP/1 message.
struct HTTPHead {
    /// The most bytes that a head may have.
    static let limit = 1 << 16

    /// The first line, without its end.
    let startLine: String
    /// Names as they were written, values without the spaces around them, in order.
    let fields: [(String, String)]

    /// Takes the head off the front of the bytes; they stay as they are when it is not complete.
    ///
    /// - Returns: The head; `nil` when more bytes are needed.
    init?(takenFrom bytes: inout ByteBuffer) {
        guard let length = Self.length(in: bytes), let text = bytes.readSlice(length: length) else { return nil }
        // Every byte a character: nothing can be invalid, and no two become one (as CR and LF would).
        let lines = String(decoding: text.readableBytesView.map(UInt16.init), as: UTF16.self).unicodeScalars
            .split(separator: "\n", omittingEmptySubsequences: true)
            .map { line in String(String.UnicodeScalarView(line.filter { $0 != "\r" })) }
        self.startLine = lines.first ?? ""
        self.fields = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
        }
    }

    /// The values of the fields of that name, in any case.
    func values(_ name: String) -> [String] {
        let name = name.lowercased()
        return self.fields.filter { $0.0.lowercased() == name }.map { $0.1.lowercased() }
    }

    /// Whether a field of that name lists a word; both in any case.
    func lists(_ word: String, in name: String) -> Bool {
        self.values(name).contains { value in
            value.split(separator: ",").contains { Self.trimmed($0) == word }
        }
    }

    /// The bytes up to and with the empty line.
    private static func length(in bytes: ByteBuffer) -> Int? {
        var matched = 0
        let end: [UInt8] = [13, 10, 13, 10]
        for (offset, byte) in bytes.readableBytesView.prefix(Self.limit).enumerated() {
            matched = byte == end[matched] ? matched + 1 : (byte == end[0] ? 1 : 0)
            if matched == end.count { return offset + 1 }
        }
        return nil
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let start = text.drop(while: isBlank)
        return String(String(start.reversed().drop(while: isBlank)).reversed())
    }
}

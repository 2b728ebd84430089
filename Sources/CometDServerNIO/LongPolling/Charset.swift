import NIOCore

/// How the text of a body is encoded.
enum Charset: Hashable {
    case utf8
    /// ISO-8859-1, of which US-ASCII is a part.
    case latin1

    /// The charset of a name; `nil` for one that is not read here.
    init?(_ name: some StringProtocol) {
        if name.isIgnoringCase("utf-8") || name.isIgnoringCase("utf8") {
            self = .utf8
        } else if name.isIgnoringCase("iso-8859-1") || name.isIgnoringCase("latin1") || name.isIgnoringCase("us-ascii")
        {
            self = .latin1
        } else {
            return nil
        }
    }

    /// The text in UTF-8.
    ///
    /// UTF-8 is not checked here; the scanner does.
    func utf8(_ text: ByteBuffer) -> ByteBuffer {
        guard self == .latin1, text.readableBytesView.contains(where: { $0 >= 0x80 }) else { return text }
        var utf8 = ByteBuffer()
        utf8.reserveCapacity(text.readableBytes * 2)
        for byte in text.readableBytesView {
            if byte < 0x80 {
                utf8.writeInteger(byte)
            } else {
                utf8.writeInteger(0xc0 | byte >> 6)
                utf8.writeInteger(0x80 | byte & 0x3f)
            }
        }
        return utf8
    }
}

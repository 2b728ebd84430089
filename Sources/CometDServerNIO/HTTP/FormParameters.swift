import NIOCore

/// The parameters of a query or of an HTML form: `name=value`, parted by `&`, blanks as `+`, other bytes as `%20`.
enum FormParameters {
    /// The text is not encoded as a form.
    struct Malformed: Error, Hashable {}

    /// The values of a parameter, decoded, in their order; empty when there is none of that name.
    static func values(of name: String, in text: ByteBuffer) throws(Malformed) -> [ByteBuffer] {
        var values: [ByteBuffer] = []
        for parameter in text.readableBytesView.split(separator: UInt8(ascii: "&")) {
            let end = parameter.firstIndex(of: UInt8(ascii: "=")) ?? parameter.endIndex
            guard try self.decode(parameter[..<end]).readableBytesView.elementsEqual(name.utf8) else { continue }
            values.append(try self.decode(parameter[end...].dropFirst()))
        }
        return values
    }

    private static func decode(_ bytes: ByteBufferView) throws(Malformed) -> ByteBuffer {
        var decoded = ByteBuffer()
        decoded.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let special = rest.firstIndex(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) {
            decoded.writeBytes(rest[..<special])
            if rest[special] == UInt8(ascii: "+") {
                decoded.writeInteger(UInt8(ascii: " "))
                rest = rest[(special + 1)...]
            } else {
                guard rest.endIndex - special > 2, let high = self.digit(rest[special + 1]),
                    let low = self.digit(rest[special + 2])
                else { throw Malformed() }
                decoded.writeInteger(high << 4 | low)
                rest = rest[(special + 3)...]
            }
        }
        decoded.writeBytes(rest)
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
